#include "training/metrics/recalls.h"

#include <algorithm>
#include <cmath>

namespace blip {
namespace {

// How many of `scores` come before number `own`.
template <class Scores>
std::size_t rank_of(std::size_t own, std::size_t count, const Scores& score_of) {
  const float score = score_of(own);
  if (std::isnan(score)) return count - 1;
  std::size_t rank = 0;
  for (std::size_t i = 0; i < count; ++i)
    if (score_of(i) > score || (score_of(i) == score && i > own)) ++rank;
  return rank;
}

}  // namespace

std::vector<std::size_t> text_to_clip_ranks(const Matrix& scores, std::span<const std::size_t> clip_of_text) {
  const auto clips = static_cast<std::size_t>(scores.rows);
  std::vector<std::size_t> ranks;
  for (std::size_t text = 0; text < clip_of_text.size(); ++text)
    ranks.push_back(rank_of(clip_of_text[text], clips,
                            [&](std::size_t clip) { return scores.row(static_cast<std::int64_t>(clip))[text]; }));
  return ranks;
}

std::vector<std::size_t> clip_to_text_ranks(const Matrix& scores, std::span<const std::size_t> clip_of_text) {
  const auto clips = static_cast<std::size_t>(scores.rows), texts = static_cast<std::size_t>(scores.columns);
  std::vector<std::size_t> ranks(clips, texts);
  for (std::size_t text = 0; text < clip_of_text.size(); ++text) {
    const std::size_t clip = clip_of_text[text];
    const auto row = scores.row(static_cast<std::int64_t>(clip));
    ranks[clip] = std::min(ranks[clip], rank_of(text, texts, [&](std::size_t other) { return row[other]; }));
  }
  return ranks;
}

Recalls recalls_of(std::span<const std::size_t> ranks) {
  Recalls recalls;
  if (ranks.empty()) return recalls;
  std::vector<std::size_t> sorted(ranks.begin(), ranks.end());
  std::sort(sorted.begin(), sorted.end());
  const auto within = [&](std::size_t limit) {
    const auto hits = std::lower_bound(sorted.begin(), sorted.end(), limit) - sorted.begin();
    return static_cast<double>(hits) / static_cast<double>(sorted.size());
  };
  recalls.r1 = within(1);
  recalls.r5 = within(5);
  recalls.r10 = within(10);
  const std::size_t middle = sorted.size() / 2;
  const double upper = static_cast<double>(sorted[middle]);
  recalls.median_rank = 1 + (sorted.size() % 2 == 1 ? upper : (upper + static_cast<double>(sorted[middle - 1])) / 2);
  return recalls;
}

}  // namespace blip
