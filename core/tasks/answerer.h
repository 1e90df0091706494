#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/engine/answer_ranking.h"
#include "core/engine/loaded_model.h"
#include "core/generate/generated_sequence.h"
#include "core/tasks/task_texts.h"
#include "core/tasks/task_types.h"

namespace blip {

// Both need a VQA checkpoint or BLIP-2's language model, else throw Error(kUnsupported).

// The answer in free words.
Answer answer(LoadedModel& model, const Clip& clip, const std::string& question, const AnswerOptions& options = {});

// The original's rank mode: the `k` answers whose first token is likeliest, best (lowest loss) first.
std::vector<RankedAnswer> rank_answers(LoadedModel& model, const Clip& clip, const std::string& question,
                                       std::span<const std::string> answers, std::size_t k,
                                       const AnswerOptions& options = {});

// What comes before the search and what after it, for those who have it run elsewhere. `frames`: at most, in a clip.
// Throw as above.
DecodePlan plan_answer(const LoadedModel& model, const std::string& question, const AnswerOptions& options,
                       std::size_t frames = 1);
Answer finish_answer(const LoadedModel& model, GeneratedSequence best);
std::vector<std::vector<std::int64_t>> answer_ids(const LoadedModel& model, const DecodePlan& plan,
                                                  std::span<const std::string> answers);
std::vector<RankedAnswer> finish_ranking(std::span<const RankedIds> ranked);

}  // namespace blip
