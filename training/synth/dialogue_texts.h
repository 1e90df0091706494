#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "training/synth/random.h"
#include "training/synth/scene.h"

namespace blip::synth {

// What a language model learns from: {"text"}, or {"prompt", "text"} where only the text is learnt. One of: a
// description alone (sometimes several of one scene, as frames of a shot give their queries side by side); a
// description and a conversation about it, a turn a line, so that an answer is always followed by a line's end; a
// description and a conversation on one line, as BLIP-2 is asked, of which only the last answer is learnt. "</s>" or a
// blank lies between a description and a conversation.
nlohmann::json language_sample(World world, const SceneFacts& facts, Random& random);

// For a model that has learnt to write: almost only answers are learnt, which lie too thin among the words of a
// conversation. A few descriptions, so that it does not forget them.
nlohmann::json answer_sample(World world, const SceneFacts& facts, Random& random);

// What a picture is asked: {"prompt": "", "text": full_caption()}, then `dialogues` conversations, the last answer each
// as text, " 3" with its blank.
std::vector<nlohmann::json> picture_samples(World world, const SceneFacts& facts, std::size_t dialogues,
                                            Random& random);

}  // namespace blip::synth
