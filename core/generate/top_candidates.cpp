#include "core/generate/top_candidates.h"

#include <algorithm>
#include <limits>

namespace blip {
namespace {

constexpr std::size_t kBlock = 32;

// The best so far, best first. A later candidate goes behind its equals.
class Ranking {
 public:
  Ranking(std::size_t count, std::vector<Candidate>& best) : count_(count), best_(best) {
    best_.clear();
    best_.reserve(count + 1);
  }

  bool wants(float score) const { return score > lowest_; }

  void insert(const Candidate& candidate) {
    const auto worse = [](float score, const Candidate& other) { return score > other.score; };
    best_.insert(std::upper_bound(best_.begin(), best_.end(), candidate.score, worse), candidate);
    if (best_.size() > count_) best_.pop_back();
    if (best_.size() == count_) lowest_ = best_.back().score;
  }

 private:
  std::size_t count_;
  float lowest_ = -std::numeric_limits<float>::infinity();
  std::vector<Candidate>& best_;
};

}  // namespace

std::vector<Candidate> top_candidates(std::span<const float> logprobs, std::span<const float> row_scores,
                                      std::size_t count) {
  std::vector<Candidate> best;
  top_candidates_into(logprobs, row_scores, count, best);
  return best;
}

void top_candidates_into(std::span<const float> logprobs, std::span<const float> row_scores, std::size_t count,
                         std::vector<Candidate>& best) {
  best.clear();
  if (row_scores.empty() || count == 0) return;
  const std::size_t vocabulary = logprobs.size() / row_scores.size();
  Ranking ranking(count, best);
  for (std::size_t r = 0; r < row_scores.size(); ++r) {
    const auto row = logprobs.subspan(r * vocabulary, vocabulary);
    for (std::size_t begin = 0; begin < vocabulary; begin += kBlock) {
      const auto block = row.subspan(begin, std::min(kBlock, vocabulary - begin));
      float highest = block[0];
      for (const float logprob : block) highest = logprob > highest ? logprob : highest;
      if (!ranking.wants(row_scores[r] + highest)) continue;
      for (std::size_t i = 0; i < block.size(); ++i) {
        const float score = row_scores[r] + block[i];
        if (ranking.wants(score))
          ranking.insert({score, block[i], static_cast<std::int64_t>(r), static_cast<std::int64_t>(begin + i)});
      }
    }
  }
}

}  // namespace blip
