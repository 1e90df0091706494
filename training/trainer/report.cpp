#include "training/trainer/report.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "training/trainer/svg_chart.h"

namespace blip {
namespace {

constexpr const char* kStyle = R"(<style>
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #62676d; --rule: #d9dcdf; --page: #fff; --card: #f5f6f7;
  --c0: #1f6fb2; --c1: #c2410c; --c2: #15803d; --c3: #7e22ce; --c4: #a16207; --c5: #0e7490; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --soft: #a0a6ad; --rule: #3a3f45; --page: #16181b;
  --card: #202327; --c0: #6cb6ff; --c1: #ff9d66; --c2: #5fd38d; --c3: #d2a8ff; --c4: #e3b341; --c5: #56d4dd; } }
body { margin: 0 auto; max-width: 1100px; padding: 16px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 4px; } h2 { font-size: 1.1rem; margin: 28px 0 8px; }
p, figcaption { color: var(--soft); margin: 0 0 8px; }
.charts, .samples { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); }
.samples { grid-template-columns: repeat(auto-fill, minmax(min(100%, 200px), 1fr)); }
figure { margin: 0; padding: 12px; background: var(--card); border-radius: 8px; overflow-wrap: anywhere; }
figure img { width: 100%; border-radius: 4px; image-rendering: auto; }
svg { width: 100%; height: auto; display: block; }
.axis { stroke: var(--rule); fill: none; } .label { fill: var(--soft); font-size: 15px; }
[class^=line] { fill: none; stroke-width: 1.8; }
.line0 { stroke: var(--c0); } .line1 { stroke: var(--c1); } .line2 { stroke: var(--c2); }
.line3 { stroke: var(--c3); } .line4 { stroke: var(--c4); } .line5 { stroke: var(--c5); }
.key0 { color: var(--c0); } .key1 { color: var(--c1); } .key2 { color: var(--c2); }
.key3 { color: var(--c3); } .key4 { color: var(--c4); } .key5 { color: var(--c5); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; min-width: 260px; }
td, th { text-align: left; padding: 4px 16px 4px 0; border-bottom: 1px solid var(--rule); }
td + td { font-variant-numeric: tabular-nums; }
pre { overflow-x: auto; padding: 12px; background: var(--card); border-radius: 8px; font-size: 13px; }
</style>
)";

struct Curve {
  std::string name;
  std::vector<std::pair<double, double>> points;
};

std::vector<Curve> curves_of(const ReportContent& content) {
  std::vector<Curve> curves;
  for (const auto& [step, values] : content.metrics) {
    for (const auto& [name, value] : values) {
      if (!std::isfinite(value)) continue;
      auto curve = std::find_if(curves.begin(), curves.end(), [&](const Curve& c) { return c.name == name; });
      if (curve == curves.end()) curve = curves.insert(curves.end(), Curve{name, {}});
      curve->points.emplace_back(static_cast<double>(step), value);
    }
  }
  return curves;
}

// Which chart a metric is drawn in: losses together, validation losses together, everything else alone.
std::string chart_of(const std::string& metric) {
  if (metric.starts_with("val_loss")) return "Validation loss";
  if (metric.starts_with("loss")) return "Training loss";
  return metric;
}

std::string charts(const std::vector<Curve>& curves) {
  std::vector<std::pair<std::string, std::vector<ChartLine>>> grouped;
  for (const Curve& curve : curves) {
    if (curve.name == "epoch") continue;
    const std::string chart = chart_of(curve.name);
    auto group = std::find_if(grouped.begin(), grouped.end(), [&](const auto& g) { return g.first == chart; });
    if (group == grouped.end()) group = grouped.insert(grouped.end(), {chart, {}});
    group->second.push_back({curve.name, curve.points});
  }
  std::string html;
  for (const auto& [name, lines] : grouped) {
    const std::string svg = svg_chart(lines);
    if (svg.empty()) continue;
    std::string key;
    for (std::size_t i = 0; lines.size() > 1 && i < lines.size(); ++i)
      key += " <span class=\"key" + std::to_string(i % 6) + "\">&#9632;</span> " + html_text(lines[i].name);
    html += "<figure><figcaption>" + html_text(name) + key + "</figcaption>\n" + svg + "</figure>\n";
  }
  return html.empty() ? "<p>Curves appear after two lines of the log.</p>\n"
                      : "<div class=\"charts\">\n" + html + "</div>\n";
}

std::string last_values(const std::vector<Curve>& curves) {
  std::string html =
      "<div class=\"scroll\"><table>\n<tr><th>metric</th><th>last</th><th>least</th><th>most</th></tr>\n";
  for (const Curve& curve : curves) {
    const auto [least, most] = std::minmax_element(curve.points.begin(), curve.points.end(),
                                                   [](const auto& a, const auto& b) { return a.second < b.second; });
    html += "<tr><td>" + html_text(curve.name) + "</td><td>" + short_number(curve.points.back().second) + "</td><td>" +
            short_number(least->second) + "</td><td>" + short_number(most->second) + "</td></tr>\n";
  }
  return html + "</table></div>\n";
}

std::string samples(const ReportContent& content) {
  if (content.samples.empty()) return "";
  std::string html =
      "<h2>Predictions at step " + std::to_string(content.samples_step) + "</h2>\n<div class=\"samples\">\n";
  for (const SamplePrediction& sample : content.samples) {
    html += "<figure>";
    if (!sample.jpeg.empty()) html += "<img alt=\"\" src=\"data:image/jpeg;base64," + base64(sample.jpeg) + "\">";
    html += "<div>" + html_text(sample.prediction) + "</div>";
    if (!sample.truth.empty()) html += "<figcaption>" + html_text(sample.truth) + "</figcaption>";
    html += "</figure>\n";
  }
  return html + "</div>\n";
}

}  // namespace

std::string base64(const std::string& bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? kLetters[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::string training_report(const ReportContent& content) {
  const auto curves = curves_of(content);
  const std::int64_t step = content.metrics.empty() ? 0 : content.metrics.back().first;
  return "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         html_text(content.title) + "</title>\n" + kStyle + "<h1>" + html_text(content.title) + "</h1>\n<p>" +
         std::to_string(step) + " steps</p>\n" + charts(curves) + samples(content) + "<h2>Values</h2>\n" +
         last_values(curves) + "<h2>Recipe</h2>\n<pre>" + html_text(content.recipe) + "</pre>\n</html>\n";
}

}  // namespace blip
