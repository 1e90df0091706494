#pragma once

#include "core/vision/rgb_image.h"
#include "training/data/random_stream.h"

namespace blip {

// A part of a picture, pixels.
struct CropBox {
  int top = 0;
  int left = 0;
  int height = 0;
  int width = 0;
};

// torchvision's RandomResizedCrop.get_params: a box whose share of the area is uniform in [min_scale, 1] and the
// logarithm of whose aspect ratio is uniform in [log 3/4, log 4/3]; ten tries, then the largest box in the middle whose
// ratio is allowed.
CropBox draw_crop(int width, int height, double min_scale, RandomStream& random);

// The part alone. Throws Error(kInvalidArgument) unless the box lies in the picture and has at least one pixel.
RgbImage crop(const RgbImage& image, const CropBox& box);

// torchvision's resized_crop on a Pillow picture: crop, then Pillow's bicubic resize to side x side.
RgbImage resized_crop(const RgbImage& image, const CropBox& box, int side);

}  // namespace blip
