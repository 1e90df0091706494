#pragma once

#include <cstdint>
#include <vector>

namespace blip::synth {

struct Point {
  double x = 0, y = 0;
};
using Contour = std::vector<Point>;  // closed by itself; at least three points

// What part of each pixel an area covers, 0 … 1, inside the rectangle that holds it. A pixel is the square from (x, y)
// to (x + 1, y + 1).
class Coverage {
 public:
  Coverage(int width, int height) : width_(width), height_(height) {}

  // The inside of the contours by the even-odd rule, cut to the picture: exact along x, four samples along y.
  void fill(const std::vector<Contour>& contours);
  // Blurs over 3 x 3 pixels, `times` times over.
  void soften(int times);

  int left() const noexcept { return left_; }
  int top() const noexcept { return top_; }
  int columns() const noexcept { return columns_; }
  int rows() const noexcept { return rows_; }
  const float* row(int y) const noexcept { return values_.data() + static_cast<std::size_t>(y) * stride(); }

 private:
  std::size_t stride() const noexcept { return static_cast<std::size_t>(columns_); }
  void set_bounds(const std::vector<Contour>& contours);
  void add_span(float* values, double from, double to) const;

  int width_, height_;
  int left_ = 0, top_ = 0, columns_ = 0, rows_ = 0;
  std::vector<float> values_, scratch_;
  std::vector<double> crossings_;
};

}  // namespace blip::synth
