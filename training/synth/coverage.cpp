#include "training/synth/coverage.h"

#include <algorithm>
#include <cmath>

namespace blip::synth {
namespace {

constexpr int kSubRows = 4;
constexpr int kBorder = 3;  // room for soften()

}  // namespace

void Coverage::set_bounds(const std::vector<Contour>& contours) {
  double left = width_, top = height_, right = 0, bottom = 0;
  for (const Contour& contour : contours)
    for (const Point& point : contour) {
      left = std::min(left, point.x);
      right = std::max(right, point.x);
      top = std::min(top, point.y);
      bottom = std::max(bottom, point.y);
    }
  const auto inside = [](double value, int limit) { return static_cast<int>(std::clamp(value, 0.0, double(limit))); };
  left_ = inside(std::floor(left) - kBorder, width_);
  top_ = inside(std::floor(top) - kBorder, height_);
  columns_ = std::max(0, inside(std::ceil(right) + kBorder, width_) - left_);
  rows_ = std::max(0, inside(std::ceil(bottom) + kBorder, height_) - top_);
}

// from and to in columns of the rectangle.
void Coverage::add_span(float* values, double from, double to) const {
  from = std::clamp(from, 0.0, double(columns_));
  to = std::clamp(to, 0.0, double(columns_));
  if (to <= from) return;
  constexpr float kWeight = 1.0F / kSubRows;
  const int first = static_cast<int>(from), last = static_cast<int>(to);
  if (first == last) {
    values[first] += kWeight * static_cast<float>(to - from);
    return;
  }
  values[first] += kWeight * static_cast<float>(first + 1 - from);
  for (int x = first + 1; x < last; ++x) values[x] += kWeight;
  if (last < columns_) values[last] += kWeight * static_cast<float>(to - last);
}

void Coverage::fill(const std::vector<Contour>& contours) {
  set_bounds(contours);
  values_.assign(stride() * static_cast<std::size_t>(rows_), 0.0F);
  for (int line = 0; line < rows_ * kSubRows; ++line) {
    const double y = top_ + (line + 0.5) / kSubRows;
    crossings_.clear();
    for (const Contour& contour : contours) {
      Point from = contour.back();
      for (const Point& to : contour) {
        if ((from.y <= y) != (to.y <= y))
          crossings_.push_back(from.x + (y - from.y) * (to.x - from.x) / (to.y - from.y) - left_);
        from = to;
      }
    }
    std::sort(crossings_.begin(), crossings_.end());
    float* values = values_.data() + static_cast<std::size_t>(line / kSubRows) * stride();
    for (std::size_t i = 0; i + 1 < crossings_.size(); i += 2) add_span(values, crossings_[i], crossings_[i + 1]);
  }
}

void Coverage::soften(int times) {
  if (columns_ < 3 || rows_ < 3) return;
  for (int pass = 0; pass < times; ++pass) {
    scratch_ = values_;
    for (int y = 1; y + 1 < rows_; ++y) {
      const std::size_t middle = static_cast<std::size_t>(y) * stride();
      for (std::size_t x = 1; x + 1 < stride(); ++x) {
        float sum = 0;
        for (const std::size_t line : {middle - stride(), middle, middle + stride()})
          sum += scratch_[line + x - 1] + scratch_[line + x] + scratch_[line + x + 1];
        values_[middle + x] = sum / 9;
      }
    }
  }
}

}  // namespace blip::synth
