#include "training/capfilt/report_page.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <numeric>
#include <string_view>
#include <tuple>
#include <utility>

#include "training/pages/html_page.h"

namespace blip {
namespace {

using Row = CapFiltReport::Row;
using Histogram = CapFiltReport::Histogram;
using Example = CapFiltReport::Example;
using Reasons = std::vector<std::pair<std::string, std::int64_t>>;

// Kept, dropped and failed have the same colours everywhere.
constexpr const char* kStyle = R"(<style>
.kept { --fate: var(--c2); } .dropped { --fate: var(--c1); } .failed { --fate: var(--c3); }
.balance { display: flex; height: 10px; border-radius: 5px; overflow: hidden; min-width: 120px; background: var(--rule); }
.balance i { background: var(--fate); }
.wide { width: 100%; } td.number, th.number { text-align: right; } .soft { color: var(--soft); }
td.reason { padding-left: 16px; } .wrong { color: var(--c1); font-weight: 600; }
rect.kept, rect.dropped { fill: var(--fate); } .count { fill: var(--soft); font-size: 12px; }
.key { color: var(--fate); } figure.kept, figure.dropped { border-top: 3px solid var(--fate); }
.text { margin: 6px 0; } .samples figcaption { font-size: 13px; margin: 0; }
.settings td { overflow-wrap: anywhere; vertical-align: top; } .settings td:first-child { white-space: nowrap; }
@media (max-width: 520px) { .count { display: none; } .balance { min-width: 40px; } td, th { padding-right: 8px; } }
</style>
)";

std::int64_t sum_of(const Reasons& reasons) {
  std::int64_t sum = 0;
  for (const auto& [reason, count] : reasons) sum += count;
  return sum;
}

// 1234567 -> "1,234,567"
std::string grouped(std::int64_t count) {
  std::string text = std::to_string(count);
  const std::size_t first = count < 0 ? 1 : 0;
  for (std::size_t place = text.size(); place > first + 3; place -= 3) text.insert(place - 3, ",");
  return text;
}

// 1234 -> "1.2k": what fits above a bar.
std::string brief_count(std::int64_t count) {
  constexpr const char* kUnits[] = {"", "k", "M", "G"};
  auto value = static_cast<double>(count);
  std::size_t unit = 0;
  for (; value >= 999.5 && unit < 3; ++unit) value /= 1000;
  char text[32];
  std::snprintf(text, sizeof text, unit > 0 && value < 9.95 ? "%.1f%s" : "%.0f%s", value, kUnits[unit]);
  return text;
}

std::string decimal(double value, int places) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", places, value);
  return text;
}

std::string percent(std::int64_t part, std::int64_t all) {
  return all == 0 ? "" : decimal(100.0 * static_cast<double>(part) / static_cast<double>(all), 1) + " %";
}

std::string balance_bar(const Row& row, std::int64_t dropped, std::int64_t failed) {
  std::string html = "<div class=\"balance\">";
  for (const auto& [fate, count] : {std::pair{"kept", row.kept}, {"dropped", dropped}, {"failed", failed}}) {
    if (count > 0)
      html += std::string("<i class=\"") + fate + "\" title=\"" + fate + " " + percent(count, row.in) +
              "\" style=\"flex:" + std::to_string(count) + "\"></i>";
  }
  return html + "</div>";
}

std::string number_cell(std::int64_t count) {
  return "<td class=\"number\">" + grouped(count) + "</td>";
}

// Below a row: why, the most frequent reason first.
std::string reason_rows(Reasons reasons, std::string_view fate, std::int64_t all) {
  std::ranges::stable_sort(reasons, std::ranges::greater{}, &Reasons::value_type::second);
  const std::string none = "<td></td>";
  std::string html;
  for (const auto& [reason, count] : reasons) {
    const std::string cells = fate == "dropped" ? number_cell(count) + none : none + number_cell(count);
    html += "<tr class=\"soft\"><td class=\"reason\" colspan=\"3\">" + html_text(reason) + "</td>" + cells + "<td>" +
            percent(count, all) + "</td></tr>\n";
  }
  return html;
}

std::string counts(const std::vector<Row>& rows) {
  std::string html =
      "<h2>Counts</h2>\n<p>in = <span class=\"key kept\">&#9632;</span> kept + <span class=\"key "
      "dropped\">&#9632;</span> "
      "dropped + <span class=\"key failed\">&#9632;</span> failed</p>\n<div class=\"scroll\"><table class=\"wide\">\n"
      "<tr><th></th><th class=\"number\">in</th><th class=\"number\">kept</th><th class=\"number\">dropped</th>"
      "<th class=\"number\">failed</th><th></th></tr>\n";
  for (const Row& row : rows) {
    const std::int64_t dropped = sum_of(row.dropped), failed = sum_of(row.failed);
    html += "<tr><td>" + html_text(row.name) + "</td>" + number_cell(row.in) + number_cell(row.kept) +
            number_cell(dropped) + number_cell(failed) + "<td>" + balance_bar(row, dropped, failed) + "</td></tr>\n";
    const std::int64_t rest = row.in - row.kept - dropped - failed;
    if (rest != 0)
      html += "<tr><td class=\"wrong\" colspan=\"6\">these counts do not add up: " + grouped(rest) +
              " are not accounted for</td></tr>\n";
    html += reason_rows(row.dropped, "dropped", row.in) + reason_rows(row.failed, "failed", row.in);
  }
  return html + "</table></div>\n";
}

std::string attribute(const char* name, double value) {
  return std::string(" ") + name + "=\"" + decimal(value, 1) + "\"";
}

// A bar a bin over 0 … 1; those at the threshold or above have the colour of what is kept.
std::string histogram_svg(const Histogram& histogram, std::optional<double> threshold) {
  constexpr double kWidth = 640, kHeight = 240, kSide = 12, kTop = 22, kBase = 212, kGap = 2;
  const auto bins = static_cast<double>(histogram.bins.size());
  const auto most = static_cast<double>(*std::ranges::max_element(histogram.bins));
  const auto to_x = [&](double match) { return kSide + match * (kWidth - 2 * kSide); };

  std::string svg = "<svg viewBox=\"0 0 640 240\" role=\"img\">\n";
  for (std::size_t i = 0; i < histogram.bins.size(); ++i) {
    if (histogram.bins[i] == 0) continue;
    const double from = static_cast<double>(i) / bins, to = static_cast<double>(i + 1) / bins;
    const double height = std::max(1.5, static_cast<double>(histogram.bins[i]) / most * (kBase - kTop));
    const bool kept = !threshold || from >= *threshold - 1e-9;
    svg += std::string("<rect class=\"") + (kept ? "kept" : "dropped") + "\"" + attribute("x", to_x(from) + kGap / 2) +
           attribute("y", kBase - height) + attribute("width", to_x(to) - to_x(from) - kGap) +
           attribute("height", height) + "><title>" + decimal(from, 2) + " to " + decimal(to, 2) + ": " +
           grouped(histogram.bins[i]) + "</title></rect><text class=\"count\"" +
           attribute("x", (to_x(from) + to_x(to)) / 2) + attribute("y", kBase - height - 4) +
           " text-anchor=\"middle\">" + brief_count(histogram.bins[i]) + "</text>\n";
  }
  svg += "<path class=\"axis\" d=\"M12 212H628\"/>\n";
  for (const auto& [match, text, anchor] : {std::tuple{0.0, "0", "start"},
                                            {0.25, "0.25", "middle"},
                                            {0.5, "0.5", "middle"},
                                            {0.75, "0.75", "middle"},
                                            {1.0, "1", "end"}})
    svg += "<text class=\"label\"" + attribute("x", to_x(match)) + attribute("y", kHeight - 8) + " text-anchor=\"" +
           anchor + "\">" + text + "</text>\n";
  if (threshold) svg += "<path class=\"mark\" d=\"M" + decimal(to_x(*threshold), 1) + " 4V212\"/>\n";
  return svg + "</svg>\n";
}

std::string histograms(const CapFiltReport& report) {
  std::string figures;
  for (const Histogram& histogram : report.histograms) {
    const auto judged = std::accumulate(histogram.bins.begin(), histogram.bins.end(), std::int64_t{0});
    if (judged > 0)
      figures += "<figure><figcaption>" + html_text(histogram.name) + ": " + grouped(judged) +
                 " judged</figcaption>\n" + histogram_svg(histogram, report.threshold) + "</figure>\n";
  }
  if (figures.empty()) return "";
  const std::string line = report.threshold ? "; from the dashed line on, texts are kept" : "";
  return "<h2>ITM probabilities</h2>\n<p>How many texts have which probability of matching their picture" + line +
         ".</p>\n<div class=\"charts\">\n" + figures + "</div>\n";
}

std::string example_figure(const Example& example) {
  std::string facts;
  const auto add = [&](const std::string& fact) {
    if (!fact.empty()) facts += (facts.empty() ? "" : " &middot; ") + html_text(fact);
  };
  if (example.match) add("match " + decimal(*example.match, 3));
  add(example.reason);
  if (!example.label.empty()) add("truth: " + example.label);
  add(example.place);
  return std::string("<figure class=\"") + (example.kept ? "kept" : "dropped") + "\">" + html_picture(example.jpeg) +
         "<div class=\"text\">" + html_text(example.text) + "</div><figcaption>" + facts + "</figcaption></figure>\n";
}

// By source in the order of the examples, what is kept before what is dropped.
std::string examples(const std::vector<Example>& all) {
  std::vector<std::string> sources;
  for (const Example& example : all)
    if (std::ranges::find(sources, example.source) == sources.end()) sources.push_back(example.source);
  std::string html;
  for (const std::string& source : sources) {
    for (const bool kept : {true, false}) {
      std::string figures;
      for (const Example& example : all)
        if (example.source == source && example.kept == kept) figures += example_figure(example);
      if (figures.empty()) continue;
      const std::string fate = kept ? "kept" : "dropped";
      html += "<h2>" + html_text(source) + " texts, <span class=\"key " + fate + "\">" + fate +
              "</span></h2>\n<div class=\"samples\">\n" + figures + "</div>\n";
    }
  }
  return html;
}

std::string settings(const std::vector<std::pair<std::string, std::string>>& all) {
  if (all.empty()) return "";
  std::string html = "<h2>Settings</h2>\n<table class=\"wide settings\">\n";
  for (const auto& [name, value] : all)
    html += "<tr><td>" + html_text(name) + "</td><td>" + html_text(value) + "</td></tr>\n";
  return html + "</table>\n";
}

}  // namespace

std::string capfilt_report_page(const CapFiltReport& report) {
  std::string units = grouped(report.finished) + " of " + grouped(report.units) + " units finished";
  if (report.finished < report.units) units += ": this is a part of the run";
  return html_page_head(report.title) + kStyle + "<p>" + units + "</p>\n" + counts(report.rows) + histograms(report) +
         examples(report.examples) + settings(report.settings) + "</html>\n";
}

}  // namespace blip
