#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/engine/loaded_model.h"
#include "core/tasks/task_types.h"
#include "training/benchmarks/benchmark.h"
#include "training/eval/media_features.h"
#include "training/eval/run_hooks.h"

namespace blip {

struct QuestionSettings {
  AnswerOptions generation;             // the original's: 3 beams, at most 10 tokens
  bool lemmatize = false;               // generated answers as lemmatized() has them, for OK-VQA
  std::vector<std::string> candidates;  // not empty: the best of these instead of a generated answer
  std::size_t k = 128;                  // how many of them, by their first word piece, are ranked by their loss
};

// Questions about pictures or videos: the question encoder reads the tokens of all frames. Questions are asked medium
// by medium, so that features, keys and values are made once a medium; the shard takes its own media.
//
// Records: "question ID" {"index", "medium", "question", "answers", "type", "answer_type", "prediction"}, or "failed"
// in place of the prediction.
void run_questions(LoadedModel& model, const QuestionBenchmark& benchmark, MediaFeatures& features,
                   const QuestionSettings& settings, const Shard& shard, SampleRecords& records,
                   const RunHooks& hooks = {});

// Answers to questions about one clip, in order.
std::vector<std::string> answer_questions(LoadedModel& model, const Clip& clip,
                                          const std::vector<std::string>& questions, const QuestionSettings& settings);

}  // namespace blip
