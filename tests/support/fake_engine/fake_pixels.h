#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/image_view.h"

namespace blip::test {

// The visible bytes of a picture, plane after plane, without padding.
std::vector<std::uint8_t> visible_bytes(const ImageView& image);

// The name of the colour that the picture is on average, by its own small arithmetic (limited-range BT.601 for Y'CbCr).
std::string average_color(const ImageView& image);

}  // namespace blip::test
