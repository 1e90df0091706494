#pragma once

#include <array>

#include "core/vision/rgb_image.h"
#include "training/synth/coverage.h"
#include "training/synth/random.h"
#include "training/synth/words.h"

namespace blip::synth {

using Rgb = std::array<float, 3>;  // 0 … 255

// A colour near the word's own, each channel moved by chance; no two words come near each other, nor near a background
// that they stand on (white never stands on light).
Rgb shade_of(Color color, Random& random);

// The shade of a pixel inside an object: an even colour, darker towards one side, in bands.
struct Fill {
  Rgb color{};
  float slope_x = 0, slope_y = 0;  // change a pixel, as a part of the colour
  float band_x = 0, band_y = 0;    // direction of bands: 2 pi over their width; 0, 0 = none
  float band_depth = 0;            // how much darker every other band is, as a part
  Point center{};
};

// Lays the fill over the picture where the coverage says so, times `opacity`.
void paint(RgbImage& image, const Coverage& coverage, const Fill& fill, float opacity = 1);

}  // namespace blip::synth
