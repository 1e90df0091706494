#pragma once

#include "core/base/image_view.h"
#include "core/vision/rgb_image.h"

namespace blip {

// A picture as its file stores it, with what the file says about turning it.
struct DecodedImage {
  RgbImage image;
  Orientation orientation = Orientation::kUpright;
};

}  // namespace blip
