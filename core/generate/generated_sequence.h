#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace blip {

// What a search found.
struct GeneratedSequence {
  std::vector<std::int64_t> ids;  // prompt included, cut after the closing [SEP]; no [SEP] if max_length came first
  std::vector<float>
      token_logprobs;  // natural log, after the logits processors; of the generated tokens, [SEP] included
  double score = 0;    // length-normalised for beams, summed log-probability otherwise
};

// Geometric mean of the tokens' probabilities, in [0, 1]; 0 for no tokens.
double confidence(std::span<const float> token_logprobs);

}  // namespace blip
