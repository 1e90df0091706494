#pragma once

#include <cstdint>
#include <vector>

#include "core/base/image_view.h"

namespace blip {

// A picture reduced to a few cells of mean brightness and colour, by which pictures of one video are compared: 0 … 255,
// plane by plane (packed formats: channel by channel). Only samples of the pixels are read.
struct PictureSketch {
  std::vector<std::uint8_t> cells;
};
PictureSketch sketch_of(const ImageView& view);

// Mean and 98th percentile of the cells' absolute differences, 0 … 255. Sketches of different formats differ by 255.
struct SketchDifference {
  double mean = 0, high = 0;
};
SketchDifference difference(const PictureSketch& a, const PictureSketch& b);

}  // namespace blip
