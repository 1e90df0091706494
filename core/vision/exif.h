#pragma once

#include <cstdint>
#include <span>

#include "core/base/image_view.h"

namespace blip {

// The Orientation tag of an EXIF block ("II*\0…" or "MM\0*…"); kUpright where there is none or the block is damaged.
Orientation exif_orientation(std::span<const std::uint8_t> exif) noexcept;

}  // namespace blip
