#pragma once

#include <compare>
#include <cstdint>
#include <span>

namespace blip {

// 128 bits that stand for the pixels of a picture: two 64-bit hashes of different construction.
struct PixelHash {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  auto operator<=>(const PixelHash&) const = default;
};

// Of the values' bytes: pictures are equal when every bit of their normalised pixels is.
PixelHash hash_pixels(std::span<const float> values) noexcept;

}  // namespace blip
