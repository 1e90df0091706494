#pragma once

#include <string>

#include "core/vision/rgb_image.h"

namespace blip {

struct JpegOptions {
  int quality = 90;              // 1 … 100, libjpeg's scale
  bool subsample_chroma = true;  // 4:2:0; else 4:4:4
};

// The bytes of a baseline JPEG file (libjpeg, its defaults otherwise). Throws Error(kInvalidArgument) for a quality out
// of range or an image without pixels or larger than JPEG allows, Error(kFailed) if libjpeg fails.
std::string encode_jpeg(const RgbImage& image, JpegOptions options = {});

}  // namespace blip
