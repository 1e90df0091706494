#include "training/data/augment/random_resized_crop.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/error.h"
#include "core/vision/pillow_resize.h"

namespace blip {
namespace {

constexpr double kLeastRatio = 3.0 / 4, kMostRatio = 4.0 / 3;
constexpr int kTries = 10;

// Python's round(): halves go to the even number.
int round_to_even(double value) {
  return static_cast<int>(std::nearbyint(value));
}

CropBox largest_in_the_middle(int width, int height) {
  const double ratio = static_cast<double>(width) / height;
  CropBox box{0, 0, height, width};
  if (ratio < kLeastRatio) {
    box.height = std::max(1, round_to_even(width / kLeastRatio));
  } else if (ratio > kMostRatio) {
    box.width = std::max(1, round_to_even(height * kMostRatio));
  }
  box.top = (height - box.height) / 2;
  box.left = (width - box.width) / 2;
  return box;
}

}  // namespace

CropBox draw_crop(int width, int height, double min_scale, RandomStream& random) {
  const double area = static_cast<double>(width) * height;
  for (int i = 0; i < kTries; ++i) {
    const double wanted = area * random.uniform(min_scale, 1);
    const double ratio = std::exp(random.uniform(std::log(kLeastRatio), std::log(kMostRatio)));
    const int w = round_to_even(std::sqrt(wanted * ratio));
    const int h = round_to_even(std::sqrt(wanted / ratio));
    if (w < 1 || w > width || h < 1 || h > height) continue;
    const int top = static_cast<int>(random.below(height - h + 1));
    const int left = static_cast<int>(random.below(width - w + 1));
    return {top, left, h, w};
  }
  return largest_in_the_middle(width, height);
}

RgbImage crop(const RgbImage& image, const CropBox& box) {
  if (box.top < 0 || box.left < 0 || box.height < 1 || box.width < 1 || box.height > image.height - box.top ||
      box.width > image.width - box.left) {
    throw Error(ErrorKind::kInvalidArgument, "crop of " + std::to_string(box.width) + "x" + std::to_string(box.height) +
                                                 " at (" + std::to_string(box.left) + ", " + std::to_string(box.top) +
                                                 ") leaves a picture of " + std::to_string(image.width) + "x" +
                                                 std::to_string(image.height));
  }
  RgbImage part(box.width, box.height);
  for (int y = 0; y < box.height; ++y)
    std::copy_n(image.row(box.top + y) + std::size_t{3} * static_cast<std::size_t>(box.left), part.row_bytes(),
                part.row(y));
  return part;
}

RgbImage resized_crop(const RgbImage& image, const CropBox& box, int side) {
  return pillow_resize(crop(image, box), side, side);
}

}  // namespace blip
