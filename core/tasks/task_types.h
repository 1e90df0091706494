#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/generate/options.h"

// What the tasks are asked with and what they answer: plain values, shared with those who open the engine at run time.
namespace blip {

// What stands at position 0 of a text that the image-grounded encoder reads. As trained it is [ENC]; models/blip_itm.py
// and transformers leave [CLS] there, which gives other probabilities. BLIP-2 has no [ENC] and reads [CLS] always.
enum class FirstToken { kEncode, kCls };

// Lengths count the prompt; those of BLIP-2's language models count what is generated alone, its end included.
struct CaptionOptions {
  std::optional<std::string>
      prompt;  // how the caption begins; nothing = the model's own ("a picture of ", BLIP-2: none)
  GenerationOptions generation;
};

struct Caption {
  std::string text;  // without the prompt, as the original prints it
  // Prompt included, of a language model only what it generated; cut after the first [SEP].
  std::vector<std::int64_t> token_ids;
  std::vector<float> token_logprobs;  // natural log; of the generated tokens, [SEP] included
  double score = 0;                   // the search's: length-normalised for beams, summed log-probability otherwise
  double confidence = 0;              // geometric mean of the generated tokens' probabilities, in [0, 1]
};

struct MatchOptions {
  FirstToken first_token = FirstToken::kEncode;
  std::int64_t max_tokens = 0;  // [ENC] and [SEP] included; 0 = the model's own: 35, BLIP-2's 32
};

struct MatchScore {
  double probability = 0;  // softmax of the two logits: that the text describes the clip
  double logit = 0;        // of "match", what the original's retrieval adds to the cosine
};

// A question that was asked before, and its answer.
struct ChatTurn {
  std::string question, answer;
};

// Defaults are those of BLIP's VQA (models/blip_vqa.py).
struct AnswerOptions {
  GenerationOptions generation{.num_beams = 3, .min_length = 1, .max_length = 10};
  FirstToken question_token = FirstToken::kEncode;  // transformers leaves [CLS]
  std::int64_t max_question_tokens = 35;            // BLIP's
  // Only for models that take instructions (ModelAbilities::instruct), whose max_length and min_length count what is
  // generated alone.
  std::string prompt;             // the question stands for "{}"; empty = the model's own ("Question: {} Answer:")
  std::vector<ChatTurn> history;  // of the conversation, oldest first; dropped from the front when it is too long
};

struct Answer {
  std::string text;
  std::vector<std::int64_t> token_ids;  // [DEC] first, of a language model only what it generated; cut after the end
  double score = 0;
  double confidence = 0;  // geometric mean of the tokens' probabilities
};

struct RankedAnswer {
  std::size_t index = 0;               // in the answer list
  double loss = 0;                     // summed label-smoothed cross-entropy; lowest is best
  double first_token_probability = 0;  // by which the candidates were chosen
};

}  // namespace blip
