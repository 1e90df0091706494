#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace blip {

// A beam's possible next token.
struct Candidate {
  float score = 0;    // the beam's summed log-probability, this token included
  float logprob = 0;  // this token's own
  std::int64_t row = 0;
  std::int64_t token = 0;
};

// The `count` highest of row_scores[r] + logprobs[r, t], best first; -inf is left out, so there may be fewer.
// Equal scores: the lower row first, then the lower token. logprobs [rows, vocabulary], row_scores [rows].
std::vector<Candidate> top_candidates(std::span<const float> logprobs, std::span<const float> row_scores,
                                      std::size_t count);
// The same into `best`; the same vector again allocates nothing.
void top_candidates_into(std::span<const float> logprobs, std::span<const float> row_scores, std::size_t count,
                         std::vector<Candidate>& best);

}  // namespace blip
