#pragma once

#include <string>
#include <utility>
#include <vector>

namespace blip {

struct ChartLine {
  std::string name;
  std::vector<std::pair<double, double>> points;  // step, value; steps rise
};

// One curve or several over the steps, as an <svg> element that takes its colours from the page's CSS: classes axis,
// label, line0 … line5. Empty when no line has two points. Long lines are thinned out to what can be seen.
std::string svg_chart(const std::vector<ChartLine>& lines);

// 12345.678 -> "1.23e+04", 0.25 -> "0.25": three significant digits.
std::string short_number(double value);

}  // namespace blip
