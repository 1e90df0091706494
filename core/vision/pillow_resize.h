#pragma once

#include "core/vision/rgb_image.h"

namespace blip {

// Pillow's Image.resize((width, height), Image.BICUBIC) on an RGB picture, bit for bit: cubic with a = -0.5, widened
// when shrinking (antialias), first along rows, then along columns, 22-bit fixed point, rounded to bytes after each
// pass. A pass whose size stays is left out. Throws Error(kInvalidArgument) for a size below 1x1.
RgbImage pillow_resize(const RgbImage& image, int width, int height);

}  // namespace blip
