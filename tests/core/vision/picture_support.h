#pragma once

#include <cstdint>
#include <vector>

#include "core/base/image_view.h"

namespace blip::test {

// A picture and its bytes; I420 and NV12 planes follow each other.
struct Picture {
  std::vector<std::uint8_t> bytes;
  ImageView view;

  Picture(PixelFormat format, int width, int height, std::uint8_t value, int padding = 0) {
    view.format = format;
    view.width = width;
    view.height = height;
    const int half_width = (width + 1) / 2, half_height = (height + 1) / 2;
    const bool planar = format == PixelFormat::kI420, two = format == PixelFormat::kNv12;
    const int size = format == PixelFormat::kRgb || format == PixelFormat::kBgr     ? 3
                     : format == PixelFormat::kRgbx || format == PixelFormat::kBgrx ? 4
                                                                                    : 1;
    const int first = size * width + padding, other = (planar ? half_width : 2 * half_width) + padding;
    const int planes = planar ? 2 : two ? 1 : 0;
    bytes.assign(static_cast<std::size_t>(first * height + planes * other * half_height), value);
    view.planes[0] = bytes.data();
    view.strides[0] = first;
    for (int p = 0; p < planes; ++p) {
      view.planes[static_cast<std::size_t>(p) + 1] = bytes.data() + first * height + p * other * half_height;
      view.strides[static_cast<std::size_t>(p) + 1] = other;
    }
  }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  // The byte at `offset` of a row of a plane.
  std::uint8_t& at(int offset, int row, std::size_t plane = 0) {
    return bytes[static_cast<std::size_t>(view.planes[plane] - bytes.data() + row * view.strides[plane] + offset)];
  }
};

}  // namespace blip::test
