#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/engine/loaded_model.h"
#include "training/eval/figures.h"
#include "training/eval/synth_set.h"

namespace blip {

// Conversations of `turns` questions about pictures[i], of which clips[i] has the features, each question asked with
// the model's own earlier answers as history. Which questions: synth::sample_dialogue(), equal for every model. An
// answer is right when it is exactly the expected one. Adds the accuracy to `figures` under PREFIX: of all, of those
// that stand alone (".alone"), of those that need the history (".follow_up"), of first turns (".first"), by kind.
void score_conversations(LoadedModel& model, std::span<const Clip> clips, std::span<const SynthPicture> pictures,
                         std::size_t turns, const std::string& prefix, const std::string& label, Figures& figures);

}  // namespace blip
