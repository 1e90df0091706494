#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/engine/loaded_model.h"
#include "core/tasks/text_input.h"

namespace blip {

struct MatchOptions {
  FirstToken first_token = FirstToken::kEncode;
  std::int64_t max_tokens = 35;  // [ENC] and [SEP] included
};

struct MatchScore {
  double probability = 0;  // softmax of the two logits: that the text describes the clip
  double logit = 0;        // of "match", what the original's retrieval adds to the cosine
};

// ITM: whether each text describes the clip, in order. Needs a matcher or pretrain checkpoint, else throws
// Error(kUnsupported).
std::vector<MatchScore> match(LoadedModel& model, const Clip& clip, std::span<const std::string> texts,
                              const MatchOptions& options = {});

}  // namespace blip
