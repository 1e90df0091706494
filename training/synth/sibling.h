#pragma once

#include "training/synth/random.h"
#include "training/synth/scene.h"

namespace blip::synth {

// The same scene with one fact changed: the colour or shape of a group, one object less, a large group small, another
// background, or left and right exchanged. Each of the two has captions that are false of the other. What pictures that
// differ in many facts do not teach, such as counting, ITC and ITM learn from such pairs in one batch.
Scene sibling_of(const Scene& scene, Random& random);

}  // namespace blip::synth
