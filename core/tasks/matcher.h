#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/engine/loaded_model.h"
#include "core/tasks/task_types.h"

namespace blip {

// ITM: whether each text describes the clip, in order. Needs a matcher or pretrain checkpoint, else throws
// Error(kUnsupported).
std::vector<MatchScore> match(LoadedModel& model, const Clip& clip, std::span<const std::string> texts,
                              const MatchOptions& options = {});

}  // namespace blip
