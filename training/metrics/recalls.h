#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/matrix.h"

namespace blip {

// How well each query finds what belongs to it.
struct Recalls {
  double r1 = 0, r5 = 0, r10 = 0;  // parts of 1
  double median_rank = 0;          // the first is 1
  double mean() const noexcept { return (r1 + r5 + r10) / 3; }
};

// Ranks from 0 on, as train_retrieval.py and eval_retrieval_video.py find them: places in np.argsort(scores)[::-1], so
// that of equal scores the one with the larger index comes first; pairs that were not scored are such. A score that is
// not a number is behind all others, and a query whose own score is none is last.
// scores [clips, texts], higher is better.
std::vector<std::size_t> text_to_clip_ranks(const Matrix& scores, std::span<const std::size_t> clip_of_text);
// Of several texts of a clip the best one counts. A clip without texts is last.
std::vector<std::size_t> clip_to_text_ranks(const Matrix& scores, std::span<const std::size_t> clip_of_text);

// Of ranks from 0 on.
Recalls recalls_of(std::span<const std::size_t> ranks);

}  // namespace blip
