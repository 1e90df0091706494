#pragma once

#include <span>
#include <string>

#include "core/engine/loaded_model.h"
#include "training/eval/figures.h"
#include "training/eval/synth_set.h"

namespace blip {

// ITM on the first caption of each picture and on its wrong caption: accepted from a probability of 0.5 on. Adds to
// `figures` under PREFIX: accuracy, own captions accepted, wrong ones rejected, the same for captions in which one fact
// was changed, and how often the own caption is above the wrong one, by ITM and by ITC.
void score_matching(LoadedModel& model, std::span<const Clip> clips, std::span<const SynthPicture> pictures,
                    const std::string& prefix, const std::string& label, Figures& figures);

}  // namespace blip
