#pragma once

#include <string>
#include <string_view>

#include "core/vision/rgb_image.h"

namespace blip {

// A JPEG or PNG picture in memory as RGB, not turned by its EXIF block, as the original reads them. Throws
// Error(kInvalidData) naming `name` when it is neither, damaged or cut short.
RgbImage decode_picture(std::string_view bytes, const std::string& name);

}  // namespace blip
