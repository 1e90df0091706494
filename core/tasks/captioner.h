#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/engine/loaded_model.h"
#include "core/generate/generated_sequence.h"
#include "core/tasks/task_types.h"

namespace blip {

// Captions with BLIP's image-grounded text decoder. Works with every layout whose decoder reads the image: captioner
// and pretrain. Throws Error(kUnsupported) for other layouts, kInvalidArgument for options out of range or a prompt
// that leaves no room.
std::vector<Caption> caption(LoadedModel& model, std::span<const Clip> clips, const CaptionOptions& options);

// What comes before the search and what after it, for those who have it run elsewhere. Throw as caption() does.
struct CaptionPlan {
  std::vector<std::int64_t> prompt;  // [DEC] and the prompt's tokens
  GenerationOptions generation;
};
CaptionPlan plan_caption(const LoadedModel& model, const CaptionOptions& options);
Caption finish_caption(const LoadedModel& model, const CaptionPlan& plan, GeneratedSequence best);

}  // namespace blip
