#include "core/vision/shot_cuts.h"

#include <algorithm>
#include <vector>

namespace blip {
namespace {

constexpr double kLeastDifference = 1.5;  // of 255, mean over the cells
constexpr double kTimesUsual = 4;
constexpr std::size_t kRemembered = 12;  // frames

double median(const std::deque<double>& values) {
  std::vector<double> sorted(values.begin(), values.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

}  // namespace

bool ShotCuts::begins_shot(const PictureSketch& frame) {
  if (last_.cells.empty()) {
    last_ = frame;
    return true;
  }
  const double changed = difference(last_, frame).mean;
  last_ = frame;
  const bool cut = !recent_.empty() && changed >= kLeastDifference && changed >= kTimesUsual * median(recent_);
  recent_.push_back(changed);
  if (recent_.size() > kRemembered) recent_.pop_front();
  return cut;
}

}  // namespace blip
