#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/vision/rgb_image.h"

namespace blip {

struct PictureSize {
  std::uint32_t width = 0, height = 0;
};

// What a JPEG or PNG file announces, read from its first parts without decoding; nothing for other bytes.
std::optional<PictureSize> announced_size(std::string_view bytes);

// A picture that somebody sent: upright, as its EXIF block says. Throws Error(kInvalidData) when it is no JPEG or PNG,
// is damaged, or has more than 40 million pixels: then before any of them is decoded.
RgbImage decode_upload(std::string_view bytes);

}  // namespace blip
