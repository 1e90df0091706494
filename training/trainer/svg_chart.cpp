#include "training/trainer/svg_chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iomanip>
#include <limits>
#include <sstream>

#include "training/pages/html_page.h"

namespace blip {
namespace {

constexpr double kWidth = 640, kHeight = 260, kLeft = 58, kRight = 12, kTop = 12, kBottom = 30;
constexpr std::size_t kMostPoints = 600, kStyles = 6;

struct Range {
  double least = std::numeric_limits<double>::infinity(), most = -std::numeric_limits<double>::infinity();

  void include(double value) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
  double share(double value) const { return most > least ? (value - least) / (most - least) : 0.5; }
};

// 1, 2 or 5 times a power of ten, so that about `count` of them fill the range.
double tick_distance(const Range& range, int count) {
  const double rough = std::max(1e-12, (range.most - range.least) / count);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= rough) return factor * power;
  return 10 * power;
}

std::vector<double> ticks(const Range& range, int count) {
  std::vector<double> values;
  if (range.most <= range.least) return {range.least};
  const double distance = tick_distance(range, count);
  for (double n = std::ceil(range.least / distance); n * distance <= range.most && values.size() < 20; ++n)
    values.push_back(n * distance);
  return values;
}

// Every k-th point and the last one.
std::vector<std::pair<double, double>> thinned(const std::vector<std::pair<double, double>>& points) {
  const std::size_t every = points.size() / kMostPoints + 1;
  std::vector<std::pair<double, double>> kept;
  for (std::size_t i = 0; i < points.size(); i += every) kept.push_back(points[i]);
  if ((points.size() - 1) % every != 0) kept.push_back(points.back());
  return kept;
}

}  // namespace

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

std::string svg_chart(const std::vector<ChartLine>& lines) {
  Range x, y;
  bool drawable = false;
  for (const ChartLine& line : lines) {
    drawable = drawable || line.points.size() > 1;
    for (const auto& [step, value] : line.points) {
      x.include(step);
      y.include(value);
    }
  }
  if (!drawable) return "";
  const auto to_x = [&](double step) { return kLeft + x.share(step) * (kWidth - kLeft - kRight); };
  const auto to_y = [&](double value) { return kHeight - kBottom - y.share(value) * (kHeight - kTop - kBottom); };

  std::ostringstream svg;
  svg << "<svg viewBox=\"0 0 " << kWidth << ' ' << kHeight << "\" role=\"img\">\n"
      << std::fixed << std::setprecision(1);
  for (const double value : ticks(y, 5)) {
    svg << "<path class=\"axis\" d=\"M" << kLeft << ' ' << to_y(value) << 'H' << kWidth - kRight
        << "\"/><text class=\"label\" x=\"" << kLeft - 6 << "\" y=\"" << to_y(value)
        << "\" dy=\"4\" text-anchor=\"end\">" << short_number(value) << "</text>\n";
  }
  for (const double step : ticks(x, 5)) {
    svg << "<text class=\"label\" x=\"" << to_x(step) << "\" y=\"" << kHeight - 8 << "\" text-anchor=\"middle\">"
        << static_cast<long long>(step) << "</text>\n";
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].points.empty()) continue;
    svg << "<path class=\"line" << i % kStyles << "\" d=\"";
    char command = 'M';
    for (const auto& [step, value] : thinned(lines[i].points))
      svg << std::exchange(command, 'L') << to_x(step) << ' ' << to_y(value);
    svg << "\"><title>" << html_text(lines[i].name) << "</title></path>\n";
  }
  svg << "</svg>\n";
  return svg.str();
}

}  // namespace blip
