#pragma once

#include <string>
#include <string_view>

#include "core/vision/decoded_image.h"

namespace blip {

// A JPEG picture as RGB, decoded as Pillow does (libjpeg-turbo with its defaults; grey is repeated, CMYK taken as Adobe
// writes it). Throws Error(kInvalidData) naming `name` if the bytes are no JPEG picture or end early.
DecodedImage decode_jpeg(std::string_view bytes, const std::string& name);

}  // namespace blip
