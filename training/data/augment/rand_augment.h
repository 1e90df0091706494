#pragma once

#include <string_view>
#include <vector>

#include "core/vision/rgb_image.h"
#include "training/data/random_stream.h"

namespace blip {

// The operations that BLIP's training draws from, in the original's order (data/__init__.py).
enum class AugmentOp {
  kIdentity,
  kAutoContrast,
  kBrightness,
  kSharpness,
  kEqualize,
  kShearX,
  kShearY,
  kTranslateX,
  kTranslateY,
  kRotate,
};
inline constexpr int kAugmentOps = 10;

AugmentOp augment_op_from_name(std::string_view name);  // "AutoContrast"; throws Error(kInvalidArgument)

struct RandAugmentOptions {
  int operations = 2;  // N, drawn with replacement
  int magnitude = 5;   // M, 0 to 10
  double probability = 0.5;
  void validate() const;  // throws Error(kInvalidArgument)
};

// An operation with the number it takes: a factor, pixels or degrees; of no meaning for the first two and Equalize.
struct AugmentStep {
  AugmentOp op = AugmentOp::kIdentity;
  double argument = 0;
};

// The argument of an operation at a magnitude, before its random sign: 0.3 of shear, 10 pixels, 30 degrees, 1.9 of
// brightness and sharpness at 10.
double augment_argument(AugmentOp op, int magnitude) noexcept;

// RandAugment (arXiv 1909.13719) as the original's transform/randaugment.py draws it. Steps that the coin leaves out
// are not returned.
std::vector<AugmentStep> draw_rand_augment(const RandAugmentOptions& options, RandomStream& random);

RgbImage apply(const AugmentStep& step, const RgbImage& image);

}  // namespace blip
