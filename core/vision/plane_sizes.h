#pragma once

#include <array>

#include "core/base/error.h"
#include "core/base/image_view.h"

namespace blip {

struct PlaneSize {
  int row_bytes = 0;  // that belong to the picture
  int rows = 0;
};

struct PlaneSizes {
  int count = 0;
  std::array<PlaneSize, 3> plane{};
};

// The planes of a picture. Throws Error(kInvalidArgument) for a format that there is not.
inline PlaneSizes plane_sizes(const ImageView& view) {
  const int w = view.width, h = view.height, half_w = (w + 1) / 2, half_h = (h + 1) / 2;
  switch (view.format) {
    case PixelFormat::kRgb:
    case PixelFormat::kBgr:
      return {1, {{{3 * w, h}}}};
    case PixelFormat::kRgbx:
    case PixelFormat::kBgrx:
      return {1, {{{4 * w, h}}}};
    case PixelFormat::kGray8:
      return {1, {{{w, h}}}};
    case PixelFormat::kI420:
      return {3, {{{w, h}, {half_w, half_h}, {half_w, half_h}}}};
    case PixelFormat::kNv12:
      return {2, {{{w, h}, {2 * half_w, half_h}}}};
  }
  throw Error(ErrorKind::kInvalidArgument, "picture has an unknown pixel format");
}

}  // namespace blip
