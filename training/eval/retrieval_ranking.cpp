#include "training/eval/retrieval_ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

float dot(std::span<const float> a, std::span<const float> b) {
  constexpr std::size_t kLanes = 16;  // independent sums, for vector instructions
  float sums[kLanes] = {};
  std::size_t i = 0;
  for (; i + kLanes <= a.size(); i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  for (; i < a.size(); ++i) sums[0] += a[i] * b[i];
  return std::accumulate(std::begin(sums), std::end(sums), 0.0F);
}

std::vector<std::vector<std::size_t>> best_rows(const Matrix& queries, const Matrix& bank, std::size_t k) {
  std::vector<std::vector<std::size_t>> best;
  std::vector<float> row(static_cast<std::size_t>(bank.rows));
  for (std::int64_t q = 0; q < queries.rows; ++q) {
    for (std::int64_t b = 0; b < bank.rows; ++b) row[static_cast<std::size_t>(b)] = cosine(queries.row(q), bank.row(b));
    best.push_back(best_of(row, k));
  }
  return best;
}

}  // namespace

Matrix rows_of_clips(Matrix embeddings, std::size_t clips) {
  if (clips > 0) {
    embeddings.columns *= embeddings.rows / static_cast<std::int64_t>(clips);
    embeddings.rows = static_cast<std::int64_t>(clips);
  }
  return embeddings;
}

float cosine(std::span<const float> a, std::span<const float> b) {
  if (a.size() < b.size()) std::swap(a, b);
  float best = -std::numeric_limits<float>::infinity();
  for (; a.size() >= b.size() && !b.empty(); a = a.subspan(b.size())) best = std::max(best, dot(a.first(b.size()), b));
  return best;
}

Candidates choose_candidates(const Matrix& media, const Matrix& texts, std::size_t k) {
  if (media.rows > 0 && texts.rows > 0 && (texts.columns == 0 || media.columns % texts.columns != 0))
    throw Error(ErrorKind::kInvalidArgument, "embeddings of media have " + std::to_string(media.columns) +
                                                 " numbers, those of texts " + std::to_string(texts.columns));
  return {best_rows(media, texts, k), best_rows(texts, media, k)};
}

std::vector<std::size_t> best_of(std::span<const float> row, std::size_t k) {
  std::vector<std::size_t> order(row.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(k, order.size()));
  const auto value = [&](std::size_t i) { return std::isnan(row[i]) ? -HUGE_VALF : row[i]; };
  std::partial_sort(order.begin(), end, order.end(), [&](std::size_t a, std::size_t b) {
    return value(a) > value(b) || (value(a) == value(b) && a < b);
  });
  order.erase(end, order.end());
  return order;
}

std::size_t rank_of(const RankedQuery& query, std::size_t own, std::size_t count) {
  float score = kNotRanked;
  for (std::size_t i = 0; i < query.candidates.size(); ++i)
    if (query.candidates[i] == own) score = query.scores[i];
  if (std::isnan(score)) return count - 1;
  std::size_t before = 0, unranked_before = count - 1 - own;  // of those with a larger index, all unranked at first
  for (std::size_t i = 0; i < query.candidates.size(); ++i) {
    const std::size_t other = query.candidates[i];
    if (other > own) --unranked_before;
    if (query.scores[i] > score || (query.scores[i] == score && other > own)) ++before;
  }
  if (score < kNotRanked) return before + (count - query.candidates.size());
  return score == kNotRanked ? before + unranked_before : before;
}

std::vector<std::size_t> medium_ranks(const RetrievalScores& scores) {
  std::vector<std::size_t> ranks(scores.media.size(), scores.texts.size());
  for (std::size_t text = 0; text < scores.texts.size(); ++text) {
    const std::size_t medium = scores.media_of_text[text];
    ranks[medium] = std::min(ranks[medium], rank_of(scores.by_medium[medium], text, scores.texts.size()));
  }
  return ranks;
}

std::vector<std::size_t> text_ranks(const RetrievalScores& scores) {
  std::vector<std::size_t> ranks;
  for (std::size_t text = 0; text < scores.texts.size(); ++text)
    ranks.push_back(rank_of(scores.by_text[text], scores.media_of_text[text], scores.media.size()));
  return ranks;
}

Matrix dense_scores(std::span<const RankedQuery> queries, std::size_t columns) {
  Matrix matrix(static_cast<std::int64_t>(queries.size()), static_cast<std::int64_t>(columns));
  std::fill(matrix.values.begin(), matrix.values.end(), kNotRanked);
  for (std::size_t q = 0; q < queries.size(); ++q)
    for (std::size_t i = 0; i < queries[q].candidates.size(); ++i)
      matrix.row(static_cast<std::int64_t>(q))[queries[q].candidates[i]] = queries[q].scores[i];
  return matrix;
}

}  // namespace blip
