#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/engine/answer_ranking.h"
#include "core/engine/loaded_model.h"
#include "core/generate/generated_sequence.h"
#include "core/tasks/task_types.h"

namespace blip {

// Both need a VQA checkpoint, else throw Error(kUnsupported).

// The answer in free words, decoded over the question's states.
Answer answer(LoadedModel& model, const Clip& clip, const std::string& question, const AnswerOptions& options = {});

// The original's rank mode: the `k` answers whose first word piece is likeliest, best (lowest loss) first.
std::vector<RankedAnswer> rank_answers(LoadedModel& model, const Clip& clip, const std::string& question,
                                       std::span<const std::string> answers, std::size_t k,
                                       const AnswerOptions& options = {});

// What comes before the search and what after it, for those who have it run elsewhere. Throw as above.
struct AnswerPlan {
  DecodeInput input;  // without a clip
  GenerationOptions generation;
};
AnswerPlan plan_answer(const LoadedModel& model, const std::string& question, const AnswerOptions& options);
Answer finish_answer(const LoadedModel& model, GeneratedSequence best);
std::vector<std::vector<std::int64_t>> answer_ids(const LoadedModel& model, std::span<const std::string> answers);
std::vector<RankedAnswer> finish_ranking(std::span<const RankedIds> ranked);

}  // namespace blip
