#include "pipelines/searching/candidate_fusion.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>

namespace blip {
namespace {

constexpr double kRankOffset = 60;

double reciprocal_rank(std::int64_t rank) {
  return rank == 0 ? 0 : 1 / (kRankOffset + static_cast<double>(rank));
}

double fused_score(const Candidate& candidate) {
  return reciprocal_rank(candidate.similarity_rank) + reciprocal_rank(candidate.words_rank);
}

bool comes_first(const Candidate& a, const Candidate& b) {
  const double a_score = fused_score(a), b_score = fused_score(b);
  if (a_score != b_score) return a_score > b_score;
  const auto last = std::numeric_limits<std::int64_t>::max();
  const std::int64_t a_rank = a.similarity_rank == 0 ? last : a.similarity_rank;
  const std::int64_t b_rank = b.similarity_rank == 0 ? last : b.similarity_rank;
  return a_rank != b_rank ? a_rank < b_rank : a.segment < b.segment;
}

template <class Hit>
std::span<const Hit> part_of(std::span<const Hit> list, std::size_t begin, std::size_t count) {
  const std::size_t first = std::min(begin, list.size());
  return list.subspan(first, std::min(count, list.size() - first));
}

}  // namespace

std::vector<Candidate> fused_candidates(std::span<const VectorHit> scan, std::span<const WordHit> words,
                                        std::size_t depth) {
  std::vector<Candidate> all;
  std::unordered_set<SegmentId> taken;
  for (std::size_t begin = 0; begin < std::max(scan.size(), words.size()); begin += depth) {
    std::unordered_map<SegmentId, Candidate> tier;
    std::int64_t rank = static_cast<std::int64_t>(begin);
    for (const VectorHit& hit : part_of(scan, begin, depth)) {
      Candidate& candidate = tier[hit.segment];
      candidate.similarity = hit.score;
      candidate.similarity_rank = ++rank;
    }
    rank = static_cast<std::int64_t>(begin);
    for (const WordHit& hit : part_of(words, begin, depth)) {
      Candidate& candidate = tier[hit.segment];
      candidate.words = hit.score;
      candidate.words_rank = ++rank;
    }
    std::vector<Candidate> fresh;
    for (auto& [segment, candidate] : tier) {
      candidate.segment = segment;
      if (taken.insert(segment).second) fresh.push_back(candidate);
    }
    std::sort(fresh.begin(), fresh.end(), comes_first);
    all.insert(all.end(), fresh.begin(), fresh.end());
  }
  return all;
}

}  // namespace blip
