#pragma once

#include <cstdint>
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

// What comes before the model and what after it, for those who have it run elsewhere.
std::vector<std::vector<std::int64_t>> match_ids(const LoadedModel& model, std::span<const std::string> texts,
                                                 const MatchOptions& options);
std::vector<MatchScore> match_scores(const Matrix& logits);  // [texts, 2]

}  // namespace blip
