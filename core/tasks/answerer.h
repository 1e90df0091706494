#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/engine/loaded_model.h"
#include "core/tasks/task_types.h"

namespace blip {

// Both need a VQA checkpoint, else throw Error(kUnsupported).

// The answer in free words, decoded over the question's states.
Answer answer(LoadedModel& model, const Clip& clip, const std::string& question, const AnswerOptions& options = {});

// The original's rank mode: the `k` answers whose first word piece is likeliest, best (lowest loss) first.
std::vector<RankedAnswer> rank_answers(LoadedModel& model, const Clip& clip, const std::string& question,
                                       std::span<const std::string> answers, std::size_t k,
                                       const AnswerOptions& options = {});

}  // namespace blip
