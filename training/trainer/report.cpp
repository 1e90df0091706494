#include "training/trainer/report.h"

#include <algorithm>
#include <cmath>

#include "training/pages/html_page.h"
#include "training/trainer/svg_chart.h"

namespace blip {
namespace {

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
    html += html_picture(sample.jpeg) + "<div>" + html_text(sample.prediction) + "</div>";
    if (!sample.truth.empty()) html += "<figcaption>" + html_text(sample.truth) + "</figcaption>";
    html += "</figure>\n";
  }
  return html + "</div>\n";
}

}  // namespace

std::string training_report(const ReportContent& content) {
  const auto curves = curves_of(content);
  const std::int64_t step = content.metrics.empty() ? 0 : content.metrics.back().first;
  return html_page_head(content.title) + "<p>" + std::to_string(step) + " steps</p>\n" + charts(curves) +
         samples(content) + "<h2>Values</h2>\n" + last_values(curves) + "<h2>Recipe</h2>\n<pre>" +
         html_text(content.recipe) + "</pre>\n</html>\n";
}

}  // namespace blip
