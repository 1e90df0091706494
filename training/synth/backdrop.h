#pragma once

#include "core/vision/rgb_image.h"
#include "training/synth/random.h"
#include "training/synth/scene.h"

namespace blip::synth {

// Fills `image`, whose size is set, with a background that its word describes: a tinted tone, plain, shaded, striped or
// noisy, and in the rich world often with clutter on it (lines, a grid, specks, a scribble) that is no shape and stays
// faint.
void draw_backdrop(World world, Background background, Random& random, RgbImage& image);

}  // namespace blip::synth
