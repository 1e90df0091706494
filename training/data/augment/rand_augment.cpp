#include "training/data/augment/rand_augment.h"

#include <array>
#include <string>

#include "core/base/error.h"
#include "training/data/augment/augment_ops.h"

namespace blip {
namespace {

constexpr int kMostMagnitude = 10;
constexpr std::array<std::string_view, kAugmentOps> kNames{"Identity",   "AutoContrast", "Brightness", "Sharpness",
                                                           "Equalize",   "ShearX",       "ShearY",     "TranslateX",
                                                           "TranslateY", "Rotate"};

bool has_sign(AugmentOp op) noexcept {
  return op >= AugmentOp::kShearX;
}

}  // namespace

AugmentOp augment_op_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<AugmentOp>(i);
  throw Error(ErrorKind::kInvalidArgument, "there is no augmentation '" + std::string(name) + "'");
}

void RandAugmentOptions::validate() const {
  const auto fail = [](const std::string& what) { throw Error(ErrorKind::kInvalidArgument, "RandAugment: " + what); };
  if (operations < 1) fail("operations is " + std::to_string(operations) + "; must be at least 1");
  if (magnitude < 0 || magnitude > kMostMagnitude)
    fail("magnitude is " + std::to_string(magnitude) + "; must be between 0 and 10");
  if (!(probability >= 0 && probability <= 1))
    fail("probability is " + std::to_string(probability) + "; must be between 0 and 1");
}

double augment_argument(AugmentOp op, int magnitude) noexcept {
  const double level = static_cast<double>(magnitude) / kMostMagnitude;
  switch (op) {
    case AugmentOp::kBrightness:
    case AugmentOp::kSharpness:
      return level * 1.8 + 0.1;
    case AugmentOp::kShearX:
    case AugmentOp::kShearY:
      return level * 0.3;
    case AugmentOp::kTranslateX:
    case AugmentOp::kTranslateY:
      return level * 10;
    case AugmentOp::kRotate:
      return level * 30;
    default:
      return 0;
  }
}

std::vector<AugmentStep> draw_rand_augment(const RandAugmentOptions& options, RandomStream& random) {
  std::vector<AugmentStep> steps;
  for (int i = 0; i < options.operations; ++i) {
    const auto op = static_cast<AugmentOp>(random.below(kAugmentOps));
    if (!random.chance(options.probability)) continue;
    const double argument = augment_argument(op, options.magnitude);
    steps.push_back({op, has_sign(op) && random.chance(0.5) ? -argument : argument});
  }
  return steps;
}

RgbImage apply(const AugmentStep& step, const RgbImage& image) {
  switch (step.op) {
    case AugmentOp::kAutoContrast:
      return auto_contrast(image);
    case AugmentOp::kBrightness:
      return brightness(image, step.argument);
    case AugmentOp::kSharpness:
      return sharpness(image, step.argument);
    case AugmentOp::kEqualize:
      return equalize(image);
    case AugmentOp::kShearX:
      return shear_x(image, step.argument);
    case AugmentOp::kShearY:
      return shear_y(image, step.argument);
    case AugmentOp::kTranslateX:
      return translate_x(image, step.argument);
    case AugmentOp::kTranslateY:
      return translate_y(image, step.argument);
    case AugmentOp::kRotate:
      return rotate(image, step.argument);
    case AugmentOp::kIdentity:
      break;
  }
  return image;
}

}  // namespace blip
