#pragma once

#include <string>

#include "training/synth/random.h"
#include "training/synth/scene_facts.h"

namespace blip::synth {

// The caption that states all: groups in the order of naming with count, size, colour and shape, how two of them lie to
// each other, and the background. "two small red circles left of a large blue star on a dark background"
std::string full_caption(const SceneFacts& facts);

// The same facts in one of several forms: that caption, also reversed or behind "a photo of", or a sentence a fact in
// any order: "the background is dark. there are two small red circles. there is a large blue star. the red circles are
// left of the blue star." Ends with a full stop.
std::string sample_description(const SceneFacts& facts, Random& random);

}  // namespace blip::synth
