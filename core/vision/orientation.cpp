#include "core/vision/orientation.h"

#include <cstring>
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

RgbImage upright(RgbImage image, Orientation orientation) {
  if (orientation == Orientation::kUpright) return image;
  const Walk walk = walk_of(image, orientation);
  const bool swaps_sides = orientation >= Orientation::kTranspose;
  RgbImage result = swaps_sides ? RgbImage(image.height, image.width) : RgbImage(image.width, image.height);
  for (int y = 0; y < result.height; ++y) {
    const std::uint8_t* from = image.pixels.data() + 3 * (walk.start + y * walk.along_column);
    std::uint8_t* to = result.row(y);
    for (int x = 0; x < result.width; ++x) std::memcpy(to + 3 * x, from + 3 * (x * walk.along_row), 3);
  }
  return result;
}

}  // namespace blip
