#include "core/vision/image_preprocess.h"

#include <limits>
#include <string>

#include "core/base/error.h"
#include "core/vision/pillow_resize.h"

namespace blip {

void normalise(const RgbImage& image, float* out) {
  const std::size_t pixels = image.pixels.size() / 3;
  for (std::size_t c = 0; c < 3; ++c) {
    std::array<float, 256> levels;
    for (std::size_t v = 0; v < levels.size(); ++v) {
      levels[v] = (static_cast<float>(v) / 255.0f - kPixelMean[c]) / kPixelStd[c];
    }
    for (std::size_t i = 0; i < pixels; ++i) out[c * pixels + i] = levels[image.pixels[3 * i + c]];
  }
}

void preprocess(const ImageView& view, std::int64_t side, float* out, ColorConverter& converter) {
  if (side < 1 || side > std::numeric_limits<std::int16_t>::max()) {
    throw Error(ErrorKind::kInvalidArgument,
                "cannot resize a picture to a side of " + std::to_string(side) + " pixels");
  }
  normalise(pillow_resize(converter.to_rgb(view), static_cast<int>(side), static_cast<int>(side)), out);
}

void preprocess(const ImageView& view, std::int64_t side, float* out) {
  ColorConverter converter;
  preprocess(view, side, out, converter);
}

}  // namespace blip
