#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace blip {

enum class PixelFormat { kRgb, kBgr, kRgbx, kBgrx, kGray8, kI420, kNv12 };

// Y'CbCr to RGB. Untagged video is BT.601, limited range: what the original's video readers assume.
enum class ColorMatrix { kBt601, kBt709, kBt2020, kSmpte240m, kFcc };
enum class ColorRange { kLimited, kFull };

// How a stored picture has to be turned to stand upright; the values of EXIF's Orientation tag.
enum class Orientation {
  kUpright = 1,
  kFlipHorizontal = 2,
  kRotate180 = 3,
  kFlipVertical = 4,
  kTranspose = 5,
  kRotate90Clockwise = 6,
  kTransverse = 7,
  kRotate90Counterclockwise = 8,
};

// A picture in somebody else's memory, as decoders give it. The owner keeps it alive and unchanged while the view is in
// use.
struct ImageView {
  PixelFormat format = PixelFormat::kRgb;
  int width = 0;   // pixels, at least 1
  int height = 0;  // pixels, at least 1
  // kI420: Y, U, V (chroma (w+1)/2 x (h+1)/2). kNv12: Y, interleaved UV. Others: one packed plane.
  std::array<const std::uint8_t*, 3> planes{};
  std::array<std::ptrdiff_t, 3> strides{};   // bytes from one row to the next; may be larger than a row
  ColorMatrix matrix = ColorMatrix::kBt601;  // used by kI420 and kNv12 only
  ColorRange range = ColorRange::kLimited;   // used by kI420 and kNv12 only
  Orientation orientation = Orientation::kUpright;
};

}  // namespace blip
