#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "training/synth/random.h"
#include "training/synth/scene.h"

namespace blip::synth {

// What a language model learns from: {"text"}, or {"prompt", "text"} where only the text is learnt. One of: a
// description alone; a description and a conversation about it; the same with the last answer alone as text, so that
// the model learns to end there. "</s>" or a blank lies between a description and a conversation.
nlohmann::json language_sample(World world, const SceneFacts& facts, Random& random);

// What a picture is asked: {"prompt": "", "text": full_caption()}, then `dialogues` conversations, the last answer each
// as text, " 3" with its blank.
std::vector<nlohmann::json> picture_samples(World world, const SceneFacts& facts, std::size_t dialogues,
                                            Random& random);

}  // namespace blip::synth
