#pragma once

#include <cstddef>
#include <span>

namespace blip {

// The place of candidate number `truth` by its score, the highest first: from 1 on. A tie counts as lost, and so does
// a score that is not a number.
std::size_t candidate_rank(std::span<const float> scores, std::size_t truth);

// VisDial's measures over the rounds of all dialogs.
struct DialogScore {
  double mean_reciprocal_rank = 0;
  double r1 = 0, r5 = 0, r10 = 0;  // parts of 1
  double mean_rank = 0;
};

DialogScore dialog_score(std::span<const std::size_t> ranks);  // from 1 on; throws Error(kInvalidArgument) for a 0

}  // namespace blip
