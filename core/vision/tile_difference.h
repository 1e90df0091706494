#pragma once

#include <array>
#include <cstddef>

#include "core/base/image_view.h"

namespace blip {

// A picture as the means of the cells of a grid that is laid over it, each row of the grid from left to right: Y', Cb
// and Cr (BT.601; a Y'CbCr picture's own), all on the scale of full range, 0 to 255, or of grey Y' alone.
struct Thumbnail {
  static constexpr int kSide = 64;
  using Plane = std::array<float, std::size_t{kSide} * kSide>;
  std::array<Plane, 3> planes{};
};

// `view` as it is stored: its orientation is not looked at. A picture with fewer pixels than the grid has cells repeats
// pixels. Throws Error(kInvalidArgument) for an empty picture.
Thumbnail thumbnail(const ImageView& view);

// How far two pictures differ where they differ most, in levels of 255: the largest of the mean absolute differences of
// the 8 x 8 tiles of the grid, over all planes. 0 for equal ones. A tile is a 64th of the picture, so that a small
// thing that moves is not averaged away, and has 64 cells, so that noise is.
double tile_difference(const Thumbnail& a, const Thumbnail& b);

}  // namespace blip
