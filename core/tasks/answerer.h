#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/engine/loaded_model.h"
#include "core/generate/options.h"
#include "core/tasks/text_input.h"

namespace blip {

// Defaults are those of BLIP's VQA (models/blip_vqa.py).
struct AnswerOptions {
  GenerationOptions generation{.num_beams = 3, .min_length = 1, .max_length = 10};
  FirstToken question_token = FirstToken::kEncode;  // transformers leaves [CLS]
  std::int64_t max_question_tokens = 35;
};

struct Answer {
  std::string text;
  std::vector<std::int64_t> token_ids;  // [DEC] first, cut after [SEP]
  double score = 0;
  double confidence = 0;  // geometric mean of the tokens' probabilities
};

struct RankedAnswer {
  std::size_t index = 0;               // in the answer list
  double loss = 0;                     // summed label-smoothed cross-entropy; lowest is best
  double first_token_probability = 0;  // by which the candidates were chosen
};

// Both need a VQA checkpoint, else throw Error(kUnsupported).

// The answer in free words, decoded over the question's states.
Answer answer(LoadedModel& model, const Clip& clip, const std::string& question, const AnswerOptions& options = {});

// The original's rank mode: the `k` answers whose first word piece is likeliest, best (lowest loss) first.
std::vector<RankedAnswer> rank_answers(LoadedModel& model, const Clip& clip, const std::string& question,
                                       std::span<const std::string> answers, std::size_t k,
                                       const AnswerOptions& options = {});

}  // namespace blip
