#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/engine/loaded_model.h"
#include "core/generate/generated_sequence.h"
#include "core/tasks/task_texts.h"
#include "core/tasks/task_types.h"

namespace blip {

// Captions with BLIP's image-grounded text decoder, BLIP-2's language model or its Q-Former. Throws Error(kUnsupported)
// for layouts that write none, kInvalidArgument for options out of range or a prompt that leaves no room.
std::vector<Caption> caption(LoadedModel& model, std::span<const Clip> clips, const CaptionOptions& options);

// What comes before the search and what after it, for those who have it run elsewhere. `frames`: at most, in a clip.
// Throw as caption() does.
DecodePlan plan_caption(const LoadedModel& model, const CaptionOptions& options, std::size_t frames = 1);
Caption finish_caption(const LoadedModel& model, const DecodePlan& plan, GeneratedSequence best);

// The plan's input with each of the clips.
std::vector<DecodeInput> inputs_of(const DecodePlan& plan, std::span<const Clip> clips);
std::size_t most_frames(std::span<const Clip> clips);  // 1 at least

}  // namespace blip
