#pragma once

#include <string>
#include <string_view>

#include "core/vision/decoded_image.h"

namespace blip {

// A PNG picture as RGB: alpha is dropped, not blended; grey is repeated, palettes are looked up, of 16 bits the upper 8
// are taken, gamma and colour profiles are ignored. Throws Error(kInvalidData) naming `name` if the bytes are no PNG
// picture, are damaged or end early.
DecodedImage decode_png(std::string_view bytes, const std::string& name);

}  // namespace blip
