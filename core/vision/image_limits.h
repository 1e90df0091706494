#pragma once

#include <cstdint>
#include <string>

#include "core/base/error.h"

namespace blip {

// The most pixels a still-image file may announce: a small file must not ask for all memory.
inline constexpr std::uint64_t kMostImagePixels = std::uint64_t{1} << 27;  // 400 MB as RGB

inline void check_image_size(std::uint32_t width, std::uint32_t height, const std::string& name) {
  if (std::uint64_t{width} * height <= kMostImagePixels) return;
  throw Error(ErrorKind::kInvalidData, "'" + name + "' announces " + std::to_string(width) + "x" +
                                           std::to_string(height) + " pixels; at most " +
                                           std::to_string(kMostImagePixels) + " can be read");
}

}  // namespace blip
