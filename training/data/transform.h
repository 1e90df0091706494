#pragma once

#include <cstdint>
#include <optional>

#include "core/vision/rgb_image.h"
#include "training/data/augment/rand_augment.h"
#include "training/data/random_stream.h"

namespace blip {

// What happens to a picture before the model sees it. The defaults are the original's evaluation transform: Pillow's
// bicubic resize to side x side. Its training transform is a crop with a least scale of 0.2 (pre-training) or 0.5
// (fine-tuning), flip and rand_augment.
struct TransformOptions {
  std::int64_t side = 224;               // S
  std::optional<double> crop_min_scale;  // RandomResizedCrop, above 0 to 1; nothing = the whole picture
  bool flip = false;                     // left and right, every other picture
  std::optional<RandAugmentOptions> rand_augment;
  void validate() const;  // throws Error(kInvalidArgument) naming the field, its value and its range
};

class Transform {
 public:
  explicit Transform(TransformOptions options);  // throws what validate() throws

  std::int64_t side() const noexcept { return options_.side; }

  // The picture as [S, S, 3] bytes before normalisation.
  RgbImage augment(const RgbImage& image, RandomStream& random) const;
  // [3, S, S] normalised floats into `out`.
  void apply(const RgbImage& image, RandomStream& random, float* out) const;

 private:
  TransformOptions options_;
};

void flip_horizontally(RgbImage& image) noexcept;

}  // namespace blip
