#pragma once

#include <vector>

#include "core/engine/loaded_model.h"
#include "core/generate/generated_sequence.h"
#include "core/tasks/task_texts.h"

namespace blip {

// The best sequence of each plan, whose clips are set, in order; a few at a time. A search counts lengths with the
// prompt, so that only plans whose lengths agree are decoded together. Throws Error.
std::vector<GeneratedSequence> run_plans(LoadedModel& model, std::vector<DecodePlan> plans);

}  // namespace blip
