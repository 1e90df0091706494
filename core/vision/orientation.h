#pragma once

#include "core/base/image_view.h"
#include "core/vision/rgb_image.h"

namespace blip {

// The picture turned and mirrored so that it stands upright: width and height swap for the four orientations on their
// side.
RgbImage upright(RgbImage image, Orientation orientation);

// The same into `result`, whose memory is used again. It must be another picture than `image`.
void turn_upright(const RgbImage& image, Orientation orientation, RgbImage& result);

}  // namespace blip
