#include <algorithm>
#include <cstdio>

#include "pipelines/searching/relevance_study.h"

namespace blip {
namespace {

template <class... Values>
std::string printed(const char* format, Values... values) {
  const int size = std::snprintf(nullptr, 0, format, values...);
  std::string text(static_cast<std::size_t>(size), '\0');
  std::snprintf(text.data(), text.size() + 1, format, values...);
  return text;
}

constexpr double kSide = 260;  // of a plot, in the picture's units

// A plot of [0, 1] x [0, 1] at (left, top).
struct Plot {
  double left = 0, top = 0;
  double x(double value) const { return left + kSide * value; }
  double y(double value) const { return top + kSide * (1 - value); }

  std::string frame(const std::string& title, const std::string& below, const std::string& beside) const {
    std::string svg = printed("<text class=\"title\" x=\"%.0f\" y=\"%.0f\">", left, top - 14) + title + "</text>\n";
    for (int i = 0; i <= 4; ++i) {
      const double value = i / 4.0;
      svg += printed("<path class=\"grid\" d=\"M%.1f %.1fV%.1fM%.1f %.1fH%.1f\"/>\n", x(value), y(0), y(1), x(0),
                     y(value), x(1));
      svg += printed("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.0f %%</text>\n", x(value), y(0) + 18,
                     100 * value);
      svg += printed("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%.0f %%</text>\n", x(0) - 8, y(value) + 4,
                     100 * value);
    }
    svg += printed("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", x(0.5), y(0) + 38) + below + "</text>\n";
    svg += printed("<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\">", x(0) - 52, y(0.5)) +
           beside + "</text>\n";
    return svg;
  }
};

std::string curve(const Plot& plot, const char* style, const std::vector<std::pair<double, double>>& points) {
  std::string path, dots;
  for (const auto& [px, py] : points) {
    path += printed("%s%.1f %.1f", path.empty() ? "M" : "L", plot.x(px), plot.y(py));
    dots += printed("<circle class=\"%s dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n", style, plot.x(px), plot.y(py));
  }
  return printed("<path class=\"%s line\" d=\"", style) + path + "\"/>\n" + dots;
}

}  // namespace

std::string figure_of_report(const RelevanceReport& report, const std::string& title) {
  const Plot reliability{76, 44}, cutoffs{76 + kSide + 110, 44};
  std::string svg = printed(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\">\n"
      "<style>svg{background:#fff}text{font:12px sans-serif;fill:#444}.title{font-weight:bold;fill:#111}"
      ".grid{stroke:#ddd;fill:none}.line{fill:none;stroke-width:2}.diagonal{stroke:#999;stroke-dasharray:4 4;fill:none}"
      ".a.line{stroke:#1f6fb4}.a.dot{fill:#1f6fb4}.b.line{stroke:#d1622b}.b.dot{fill:#d1622b}"
      ".akey{fill:#1f6fb4}.bkey{fill:#d1622b}</style>\n",
      cutoffs.x(1) + 30, cutoffs.y(0) + 52, cutoffs.x(1) + 30, cutoffs.y(0) + 52);
  svg += reliability.frame(title + ": said and true", "probability that was said", "share that matches");
  svg += printed("<path class=\"diagonal\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n", reliability.x(0), reliability.y(0),
                 reliability.x(1), reliability.y(1));
  std::vector<std::pair<double, double>> said, precision, recall;
  for (const ReliabilityBin& bin : report.bins)
    if (bin.pairs > 0) said.emplace_back(bin.said, bin.was);
  std::vector<CutoffRow> rows = report.cutoffs;
  std::sort(rows.begin(), rows.end(), [](const CutoffRow& a, const CutoffRow& b) { return a.cutoff < b.cutoff; });
  for (const CutoffRow& row : rows) {
    if (row.kept > 0) precision.emplace_back(row.cutoff, row.precision);
    recall.emplace_back(row.cutoff, row.recall);
  }
  svg += curve(reliability, "a", said);
  svg += cutoffs.frame("What a cut-off leaves", "cut-off", "share");
  svg += curve(cutoffs, "a", precision) + curve(cutoffs, "b", recall);
  svg += printed("<text class=\"akey\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">precision</text>\n", cutoffs.x(1),
                 cutoffs.top - 14);
  svg += printed("<text class=\"bkey\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">recall</text>\n", cutoffs.x(1) - 66,
                 cutoffs.top - 14);
  return svg + "</svg>\n";
}

}  // namespace blip
