#include "training/data/transform.h"

#include <algorithm>
#include <string>

#include "core/base/error.h"
#include "core/vision/image_preprocess.h"
#include "core/vision/pillow_resize.h"
#include "training/data/augment/random_resized_crop.h"

namespace blip {
namespace {

constexpr std::int64_t kMostSide = 4096;

}  // namespace

void TransformOptions::validate() const {
  if (side < 1 || side > kMostSide)
    throw Error(ErrorKind::kInvalidArgument, "image side is " + std::to_string(side) + "; must be between 1 and 4096");
  if (crop_min_scale && !(*crop_min_scale > 0 && *crop_min_scale <= 1)) {
    throw Error(ErrorKind::kInvalidArgument,
                "least crop scale is " + std::to_string(*crop_min_scale) + "; must be above 0 and at most 1");
  }
  if (rand_augment) rand_augment->validate();
}

Transform::Transform(TransformOptions options) : options_(options) {
  options_.validate();
}

RgbImage Transform::augment(const RgbImage& image, RandomStream& random) const {
  const int side = static_cast<int>(options_.side);
  RgbImage result =
      options_.crop_min_scale
          ? resized_crop(image, draw_crop(image.width, image.height, *options_.crop_min_scale, random), side)
          : pillow_resize(image, side, side);
  if (options_.flip && random.chance(0.5)) flip_horizontally(result);
  if (options_.rand_augment)
    for (const AugmentStep& step : draw_rand_augment(*options_.rand_augment, random))
      result = blip::apply(step, result);
  return result;
}

void Transform::apply(const RgbImage& image, RandomStream& random, float* out) const {
  normalise(augment(image, random), out);
}

void flip_horizontally(RgbImage& image) noexcept {
  for (int y = 0; y < image.height; ++y) {
    std::uint8_t* row = image.row(y);
    for (int left = 0, right = image.width - 1; left < right; ++left, --right)
      std::swap_ranges(row + 3 * left, row + 3 * left + 3, row + 3 * right);
  }
}

}  // namespace blip
