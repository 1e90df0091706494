#include "training/metrics/dialog_ranks.h"

#include "core/base/error.h"

namespace blip {

std::size_t candidate_rank(std::span<const float> scores, std::size_t truth) {
  std::size_t rank = 1;
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (i != truth && !(scores[i] < scores[truth])) ++rank;
  return rank;
}

DialogScore dialog_score(std::span<const std::size_t> ranks) {
  DialogScore score;
  for (const std::size_t rank : ranks) {
    if (rank == 0) throw Error(ErrorKind::kInvalidArgument, "a rank of 0; ranks of candidates begin with 1");
    const auto place = static_cast<double>(rank), count = static_cast<double>(ranks.size());
    score.mean_reciprocal_rank += 1 / place / count;
    score.mean_rank += place / count;
    score.r1 += (rank <= 1 ? 1 : 0) / count;
    score.r5 += (rank <= 5 ? 1 : 0) / count;
    score.r10 += (rank <= 10 ? 1 : 0) / count;
  }
  return score;
}

}  // namespace blip
