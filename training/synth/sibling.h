#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "training/synth/random.h"
#include "training/synth/scene.h"

namespace blip::synth {

// How often siblings differ in the colour of a group, its shape, its count (one object less), its size (a large one
// small), the background, or the relation (left and right, above and below exchanged). Relative; 0 = never.
struct SiblingOdds {
  std::array<double, 7> of_facts = {0.2, 0.25, 0.3, 0.13, 0.06, 0.06, 0};
};

// The named facts alike often, others never; none named = the default. Names: color, shape, count, size, background,
// left-right, above-below, relation for both of these; throws Error(kInvalidArgument) for others.
SiblingOdds sibling_odds(const std::vector<std::string>& facts);

// The same scene with one fact changed. Each of the two has captions that are false of the other. What pictures that
// differ in many facts do not teach, such as counting, ITC and ITM learn from such pairs in one batch. Nothing when no
// such sibling was found, as for a relation of a single group.
std::optional<Scene> sibling_of(const Scene& scene, const SiblingOdds& odds, Random& random);

}  // namespace blip::synth
