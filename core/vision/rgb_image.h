#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/image_view.h"

namespace blip {

// A picture that owns its pixels: [height, width, 3] bytes R, G, B, rows without gaps.
struct RgbImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;

  RgbImage() = default;
  RgbImage(int w, int h) { resize(w, h); }

  // Afterwards the pixels are unspecified; memory is kept for the next picture.
  void resize(int w, int h) {
    width = w;
    height = h;
    pixels.resize(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * 3);
  }

  std::size_t row_bytes() const noexcept { return static_cast<std::size_t>(width) * 3; }
  std::uint8_t* row(int y) noexcept { return pixels.data() + static_cast<std::size_t>(y) * row_bytes(); }
  const std::uint8_t* row(int y) const noexcept { return pixels.data() + static_cast<std::size_t>(y) * row_bytes(); }

  // The view is valid while the image lives and keeps its size.
  ImageView view() const noexcept {
    ImageView result;
    result.width = width;
    result.height = height;
    result.planes[0] = pixels.data();
    result.strides[0] = static_cast<std::ptrdiff_t>(row_bytes());
    return result;
  }
};

}  // namespace blip
