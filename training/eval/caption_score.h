#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/engine/loaded_model.h"
#include "core/tasks/task_types.h"
#include "training/eval/figures.h"
#include "training/eval/synth_set.h"

namespace blip {

// How captions are generated when models are measured: the original's settings with room for the long captions of
// ShapesWorld; `beams` 1 = greedy.
CaptionOptions measured_captions(std::int64_t beams, const std::string& prompt);

// A caption for each clip, a few at a time.
std::vector<std::string> write_captions(LoadedModel& model, std::span<const Clip> clips, const CaptionOptions& options);

// Holds captions against what the pictures show, one each. Adds to `figures` under PREFIX: "true" (every stated fact
// holds, every group is named, and the colour and shape words overlap by at least 0.9 with the scene's), the same by
// number of groups, its parts, and how many captions have which fault.
void score_captions(const std::vector<std::string>& captions, std::span<const SynthPicture> pictures,
                    const std::string& prefix, const std::string& label, Figures& figures);

}  // namespace blip
