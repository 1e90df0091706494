#include "core/vision/orientation.h"

#include <algorithm>
#include <utility>

namespace blip {
namespace {

// Where the upright picture's pixels come from: its top left pixel, and the steps (in pixels) along its rows and
// columns.
struct Walk {
  std::ptrdiff_t start, along_row, along_column;
};

Walk walk_of(const RgbImage& image, Orientation orientation) {
  const std::ptrdiff_t row = image.width, right = image.width - 1, bottom = row * (image.height - 1);
  switch (orientation) {
    case Orientation::kFlipHorizontal:
      return {right, -1, row};
    case Orientation::kRotate180:
      return {bottom + right, -1, -row};
    case Orientation::kFlipVertical:
      return {bottom, 1, -row};
    case Orientation::kTranspose:
      return {0, row, 1};
    case Orientation::kRotate90Clockwise:
      return {bottom, -row, 1};
    case Orientation::kTransverse:
      return {bottom + right, -row, -1};
    case Orientation::kRotate90Counterclockwise:
      return {right, row, -1};
    case Orientation::kUpright:
      break;
  }
  return {0, 1, row};
}

}  // namespace

void turn_upright(const RgbImage& image, Orientation orientation, RgbImage& result) {
  const Walk walk = walk_of(image, orientation);
  const bool swaps_sides = orientation >= Orientation::kTranspose;
  result.resize(swaps_sides ? image.height : image.width, swaps_sides ? image.width : image.height);
  // Tile by tile: a turn by 90 degrees walks down columns, and a tile's rows stay in the cache.
  constexpr std::ptrdiff_t kTile = 32;
  const std::ptrdiff_t width = result.width, height = result.height;
  const std::uint8_t* const source = image.pixels.data();
  std::uint8_t* const target = result.pixels.data();
  for (std::ptrdiff_t top = 0; top < height; top += kTile) {
    for (std::ptrdiff_t left = 0; left < width; left += kTile) {
      for (std::ptrdiff_t y = top; y < std::min(top + kTile, height); ++y) {
        const std::uint8_t* const from = source + 3 * (walk.start + y * walk.along_column);
        std::uint8_t* const to = target + 3 * y * width;
        for (std::ptrdiff_t x = left; x < std::min(left + kTile, width); ++x) {
          for (std::ptrdiff_t c = 0; c < 3; ++c) to[3 * x + c] = from[3 * x * walk.along_row + c];
        }
      }
    }
  }
}

RgbImage upright(RgbImage image, Orientation orientation) {
  if (orientation == Orientation::kUpright) return image;
  RgbImage result;
  turn_upright(image, orientation, result);
  return result;
}

}  // namespace blip
