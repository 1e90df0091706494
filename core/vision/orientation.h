#pragma once

#include "core/base/image_view.h"
#include "core/vision/rgb_image.h"

namespace blip {

// The picture turned and mirrored so that it stands upright: width and height swap for the four orientations on their
// side.
RgbImage upright(RgbImage image, Orientation orientation);

}  // namespace blip
