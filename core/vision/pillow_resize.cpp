#include "core/vision/pillow_resize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr int kPrecisionBits = 32 - 8 - 2;  // an 8-bit pixel, and two bits for sums that leave 0..255
constexpr std::size_t kChannels = 3;

double cubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
  return 0.0;
}

// Which source positions make a target position, and their weights.
struct Window {
  std::size_t first = 0;
  int count = 0;
  std::size_t weights = 0;  // index of the first weight
};

struct Filter {
  std::vector<Window> windows;        // one a target position
  std::vector<std::int32_t> weights;  // times 2^kPrecisionBits
};

Filter make_filter(int source, int target) {
  const double scale = static_cast<double>(source) / target;
  const double stretch = std::max(scale, 1.0);
  const double support = 2.0 * stretch, inverse = 1.0 / stretch;
  Filter filter;
  filter.windows.resize(static_cast<std::size_t>(target));
  std::vector<double> exact;
  for (int i = 0; i < target; ++i) {
    const double center = (i + 0.5) * scale;
    const int first = std::max(static_cast<int>(std::floor(center - support + 0.5)), 0);
    const int end = std::min(static_cast<int>(std::floor(center + support + 0.5)), source);
    exact.clear();
    double sum = 0;
    for (int x = first; x < end; ++x) {
      exact.push_back(cubic((x - center + 0.5) * inverse));
      sum += exact.back();
    }
    filter.windows[static_cast<std::size_t>(i)] = {static_cast<std::size_t>(first), end - first, filter.weights.size()};
    for (double weight : exact) {
      if (sum != 0.0) weight /= sum;
      const double fixed = weight * (1 << kPrecisionBits);
      filter.weights.push_back(static_cast<std::int32_t>(weight < 0 ? fixed - 0.5 : fixed + 0.5));
    }
  }
  return filter;
}

std::uint8_t to_byte(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kPrecisionBits, 0, 255));
}

// Several rows are worked on side by side, so that the inner loop runs over lanes with one weight.
constexpr int kLanes = 16;
using Lanes = std::array<std::uint8_t, kLanes>;

// Turns `rows` rows of `row_bytes` bytes into [row_bytes] lanes; lanes without a row repeat the last one.
void interleave(const std::uint8_t* first, std::size_t row_bytes, int rows, Lanes* lanes) {
  std::array<const std::uint8_t*, kLanes> row;
  for (int r = 0; r < kLanes; ++r) {
    row[static_cast<std::size_t>(r)] = first + static_cast<std::size_t>(std::min(r, rows - 1)) * row_bytes;
  }
  for (std::size_t i = 0; i < row_bytes; ++i) {
    for (std::size_t r = 0; r < kLanes; ++r) lanes[i][r] = row[r][i];
  }
}

void filter_lanes(const Lanes* source, const std::int32_t* weights, int count, Lanes& target) {
  std::array<std::int32_t, kLanes> sums;
  sums.fill(1 << (kPrecisionBits - 1));
  for (int t = 0; t < count; ++t, source += kChannels) {
    const std::int32_t weight = weights[t];
    for (std::size_t r = 0; r < kLanes; ++r) sums[r] += weight * (*source)[r];
  }
  for (std::size_t r = 0; r < kLanes; ++r) target[r] = to_byte(sums[r]);
}

RgbImage resize_rows(const RgbImage& image, int width) {
  if (image.width == width) return image;
  const Filter filter = make_filter(image.width, width);
  RgbImage result(width, image.height);
  std::vector<Lanes> source(image.row_bytes()), target(result.row_bytes());
  for (int y = 0; y < image.height; y += kLanes) {
    const int rows = std::min(kLanes, image.height - y);
    interleave(image.row(y), image.row_bytes(), rows, source.data());
    for (std::size_t i = 0; i < target.size(); ++i) {
      const Window& window = filter.windows[i / kChannels];
      filter_lanes(source.data() + window.first * kChannels + i % kChannels, filter.weights.data() + window.weights,
                   window.count, target[i]);
    }
    for (int r = 0; r < rows; ++r) {
      std::uint8_t* row = result.row(y + r);
      for (std::size_t i = 0; i < target.size(); ++i) row[i] = target[i][static_cast<std::size_t>(r)];
    }
  }
  return result;
}

RgbImage resize_columns(const RgbImage& image, int height) {
  if (image.height == height) return image;
  const Filter filter = make_filter(image.height, height);
  RgbImage result(image.width, height);
  std::vector<std::int32_t> sums(image.row_bytes());
  for (int y = 0; y < height; ++y) {
    const Window& window = filter.windows[static_cast<std::size_t>(y)];
    std::fill(sums.begin(), sums.end(), 1 << (kPrecisionBits - 1));
    for (int t = 0; t < window.count; ++t) {
      const std::int32_t weight = filter.weights[window.weights + static_cast<std::size_t>(t)];
      const std::uint8_t* row = image.row(static_cast<int>(window.first) + t);
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += weight * row[i];
    }
    std::transform(sums.begin(), sums.end(), result.row(y), to_byte);
  }
  return result;
}

// Pillow 13's choice, found by trying 6,000 sizes; releases before it start with rows unless the picture is a hundred
// times as high as wide.
bool columns_come_first(const RgbImage& image, int width, int height) {
  const int rows_lost = image.height - height, columns_lost = image.width - width;
  return rows_lost > 0 && 2 * columns_lost < rows_lost;
}

}  // namespace

RgbImage pillow_resize(const RgbImage& image, int width, int height) {
  if (width < 1 || height < 1 || image.width < 1 || image.height < 1) {
    throw Error(ErrorKind::kInvalidArgument, "cannot resize " + std::to_string(image.width) + "x" +
                                                 std::to_string(image.height) + " pixels to " + std::to_string(width) +
                                                 "x" + std::to_string(height) + "; every side must be at least 1");
  }
  if (columns_come_first(image, width, height)) return resize_rows(resize_columns(image, height), width);
  return resize_columns(resize_rows(image, width), height);
}

}  // namespace blip
