#include "core/generate/logits_processor.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

namespace blip {
namespace {

constexpr float kBarred = -std::numeric_limits<float>::infinity();

struct Entry {
  float score;
  std::size_t token;
};

bool ranks_before(const Entry& a, const Entry& b) {
  return a.score != b.score ? a.score > b.score : a.token < b.token;
}

}  // namespace

void penalise_repetition(std::span<float> row, std::span<const std::int64_t> previous, double penalty) {
  if (penalty == 1.0) return;
  const auto factor = static_cast<float>(penalty);
  std::vector<std::int64_t> distinct(previous.begin(), previous.end());
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  for (const std::int64_t id : distinct) {
    const auto token = static_cast<std::size_t>(id);
    if (token >= row.size()) continue;
    row[token] = row[token] < 0 ? row[token] * factor : row[token] / factor;
  }
}

void enforce_min_length(std::span<float> row, std::int64_t sep, std::int64_t length, std::int64_t min_length) {
  const auto token = static_cast<std::size_t>(sep);
  if (length < min_length && token < row.size()) row[token] = kBarred;
}

void apply_temperature(std::span<float> row, double temperature) {
  if (temperature == 1.0) return;
  const auto divisor = static_cast<float>(temperature);
  for (float& score : row) score /= divisor;
}

void keep_top_k(std::span<float> row, std::int64_t k) {
  if (k <= 0 || static_cast<std::size_t>(k) >= row.size()) return;
  std::vector<float> scores(row.begin(), row.end());
  const auto last_kept = scores.begin() + (k - 1);
  std::nth_element(scores.begin(), last_kept, scores.end(), std::greater<>());
  for (float& score : row)
    if (score < *last_kept) score = kBarred;
}

void keep_top_p(std::span<float> row, double p) {
  if (p >= 1.0) return;
  std::vector<Entry> entries;
  for (std::size_t token = 0; token < row.size(); ++token)
    if (row[token] != kBarred) entries.push_back({row[token], token});
  if (entries.empty()) return;
  const float max = std::min_element(entries.begin(), entries.end(), ranks_before)->score;
  const auto weight = [max](const Entry& entry) { return std::exp(static_cast<double>(entry.score) - max); };
  double total = 0;
  for (const Entry& entry : entries) total += weight(entry);

  // Only as much as is kept gets sorted: the kept set is found among the first 64, else among twice as many, and so on.
  std::size_t sorted = 0, kept = 0;
  double cumulative = 0;
  while (kept < entries.size() && cumulative <= p * total) {
    if (kept == sorted) {
      const std::size_t next = std::min(entries.size(), std::max<std::size_t>(64, sorted * 2));
      const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(sorted);
      std::partial_sort(begin, entries.begin() + static_cast<std::ptrdiff_t>(next), entries.end(), ranks_before);
      sorted = next;
    }
    cumulative += weight(entries[kept++]);
  }
  for (std::size_t i = kept; i < entries.size(); ++i) row[entries[i].token] = kBarred;
}

void apply_search_processors(std::span<float> row, std::span<const std::int64_t> said, std::int64_t length,
                             std::int64_t sep, const GenerationOptions& options) {
  penalise_repetition(row, said, options.repetition_penalty);
  enforce_min_length(row, sep, length, options.min_length);
}

void apply_sampling_filters(std::span<float> row, const GenerationOptions& options) {
  apply_temperature(row, options.temperature);
  keep_top_k(row, options.top_k);
  keep_top_p(row, options.top_p);
}

}  // namespace blip
