#pragma once

#include <vector>

#include "training/synth/coverage.h"
#include "training/synth/words.h"

namespace blip::synth {

// The outline of a shape around (0, 0) for radius 1, y downwards; the ring has two contours (even-odd).
const std::vector<Contour>& unit_outline(Shape shape);

// The same moved, turned and scaled.
std::vector<Contour> outline(Shape shape, Point center, double radius, double angle);

}  // namespace blip::synth
