#include "training/capfilt/report_page.h"

#include <algorithm>
#include <cstdio>

#include "training/pages/html_page.h"

namespace blip {
namespace {

std::string one_decimal(double value) {
  char text[48];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string percent_of(std::int64_t part, std::int64_t all) {
  return all == 0 ? "-" : one_decimal(100.0 * static_cast<double>(part) / static_cast<double>(all)) + " %";
}

// 1234567 -> "1,234,567".
std::string count_text(std::int64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t place = text.size(); place > 3; place -= 3) text.insert(place - 3, ",");
  return text;
}

std::string cell(const std::string& text) {
  return "<td>" + text + "</td>";
}

std::string counts_table(const std::vector<CapFiltReport::Row>& rows) {
  std::string html =
      "<h2>Counts</h2>\n<div class=\"scroll\"><table>\n"
      "<tr><th></th><th>in</th><th>kept</th><th></th><th>dropped</th><th>failed</th></tr>\n";
  const auto sum = [](const auto& reasons) {
    std::int64_t all = 0;
    for (const auto& [reason, count] : reasons) all += count;
    return all;
  };
  for (const CapFiltReport::Row& row : rows) {
    html += "<tr>" + cell(html_text(row.name)) + cell(count_text(row.in)) + cell(count_text(row.kept)) +
            cell(percent_of(row.kept, row.in)) + cell(count_text(sum(row.dropped))) +
            cell(count_text(sum(row.failed))) + "</tr>\n";
  }
  html += "</table></div>\n";
  std::string reasons;
  for (const CapFiltReport::Row& row : rows) {
    const auto add = [&](const char* verdict, const auto& list) {
      for (const auto& [reason, count] : list)
        reasons += "<tr>" + cell(html_text(row.name)) + cell(verdict) + cell(html_text(reason)) +
                   cell(count_text(count)) + cell(percent_of(count, row.in)) + "</tr>\n";
    };
    add("dropped", row.dropped);
    add("failed", row.failed);
  }
  if (reasons.empty()) return html;
  return html + "<h2>Why not kept</h2>\n<div class=\"scroll\"><table>\n" + reasons + "</table></div>\n";
}

// Bars from left to right, probability 0 to 1, with the threshold as a dashed line.
std::string histogram(const CapFiltReport::Histogram& of, std::optional<double> threshold, std::size_t style) {
  constexpr double kWidth = 640, kHeight = 220, kLeft = 12, kTop = 26, kBottom = 30, kGap = 2;
  const std::int64_t most = of.bins.empty() ? 0 : *std::max_element(of.bins.begin(), of.bins.end());
  if (most == 0) return "";
  const double width = (kWidth - 2 * kLeft) / static_cast<double>(of.bins.size()), floor = kHeight - kBottom;
  const auto number = [](const char* name, double value) {
    return std::string(name) + "=\"" + one_decimal(value) + "\"";
  };
  std::string svg = "<svg viewBox=\"0 0 640 220\" role=\"img\">\n";
  for (std::size_t i = 0; i < of.bins.size(); ++i) {
    if (of.bins[i] == 0) continue;
    const double height = std::max(1.0, (floor - kTop) * static_cast<double>(of.bins[i]) / static_cast<double>(most));
    const double from = static_cast<double>(i) / static_cast<double>(of.bins.size());
    svg += "<rect class=\"bar" + std::to_string(style) + "\" " + number("x", kLeft + width * static_cast<double>(i)) +
           " " + number("y", floor - height) + " " + number("width", width - kGap) + " " + number("height", height) +
           "><title>from " + one_decimal(100 * from) + " %: " + count_text(of.bins[i]) + "</title></rect>\n";
  }
  svg += "<path class=\"axis\" d=\"M12 190H628\"/>\n";
  for (const int tenth : {0, 25, 50, 75, 100})
    svg += "<text class=\"label\" " + number("x", kLeft + (kWidth - 2 * kLeft) * tenth / 100) +
           " y=\"212\" text-anchor=\"" +
           (tenth == 0     ? "start"
            : tenth == 100 ? "end"
                           : "middle") +
           "\">" +
           (tenth == 0     ? "0"
            : tenth == 100 ? "1"
                           : "0." + std::to_string(tenth)) +
           "</text>\n";
  svg += "<text class=\"label\" x=\"12\" y=\"16\">most: " + count_text(most) + "</text>\n";
  if (threshold) {
    const double x = kLeft + (kWidth - 2 * kLeft) * *threshold;
    svg += "<path class=\"mark\" d=\"M" + one_decimal(x) + " 20V190\"/>\n";
  }
  return "<figure><figcaption>" + html_text(of.name) + "</figcaption>\n" + svg + "</svg></figure>\n";
}

std::string histograms(const CapFiltReport& report) {
  std::string figures;
  for (std::size_t i = 0; i < report.histograms.size(); ++i)
    figures += histogram(report.histograms[i], report.threshold, i % 2);
  if (figures.empty()) return "";
  return "<h2>ITM probability</h2>\n<p>That the text describes the picture" +
         (report.threshold ? "; texts right of the dashed line are kept" : std::string()) +
         ".</p>\n<div class=\"charts\">\n" + figures + "</div>\n";
}

std::string example_figure(const CapFiltReport::Example& example) {
  std::string html = "<figure>" + html_picture(example.jpeg) + "<div>" + html_text(example.text) + "</div><figcaption>";
  std::string notes;
  const auto note = [&](const std::string& text) { notes += (notes.empty() ? "" : " &middot; ") + text; };
  if (example.match) {
    char match[32];
    std::snprintf(match, sizeof match, "%.3f", *example.match);
    note(match);
  }
  if (!example.label.empty()) note("is " + html_text(example.label));
  if (!example.reason.empty()) note(html_text(example.reason));
  if (!example.place.empty()) note(html_text(example.place));
  return html + notes + "</figcaption></figure>\n";
}

std::string examples(const CapFiltReport& report) {
  std::string html;
  for (const char* source : {"web", "synthetic"}) {
    for (const bool kept : {true, false}) {
      std::string figures;
      for (const CapFiltReport::Example& example : report.examples)
        if (example.source == source && example.kept == kept) figures += example_figure(example);
      if (figures.empty()) continue;
      html += std::string("<h2>") + (kept ? "Kept" : "Dropped") + ", " + source + "</h2>\n<div class=\"samples\">\n" +
              figures + "</div>\n";
    }
  }
  return html;
}

std::string settings(const CapFiltReport& report) {
  std::string html = "<h2>Settings</h2>\n<div class=\"scroll\"><table>\n";
  for (const auto& [name, value] : report.settings)
    html += "<tr>" + cell(html_text(name)) + cell(html_text(value)) + "</tr>\n";
  return html + "</table></div>\n";
}

}  // namespace

std::string capfilt_report_page(const CapFiltReport& report) {
  std::string html = html_page_head(report.title) + "<p>" + count_text(report.finished) + " of " +
                     count_text(report.units) + " shards finished</p>\n";
  return html + counts_table(report.rows) + histograms(report) + examples(report) + settings(report) + "</html>\n";
}

}  // namespace blip
