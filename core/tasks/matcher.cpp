#include "core/tasks/matcher.h"

#include <cmath>

#include "core/tasks/task_texts.h"

namespace blip {

std::vector<std::vector<std::int64_t>> match_ids(const LoadedModel& model, std::span<const std::string> texts,
                                                 const MatchOptions& options) {
  const auto family = task_texts(model);
  std::vector<std::vector<std::int64_t>> ids;
  for (const std::string& text : texts) ids.push_back(family->match_ids(text, options));
  return ids;
}

std::vector<MatchScore> match_scores(const Matrix& logits) {
  std::vector<MatchScore> scores;
  for (std::int64_t i = 0; i < logits.rows; ++i) {
    const double other = logits.row(i)[0], own = logits.row(i)[1];
    scores.push_back({1.0 / (1.0 + std::exp(other - own)), own});
  }
  return scores;
}

std::vector<MatchScore> match(LoadedModel& model, const Clip& clip, std::span<const std::string> texts,
                              const MatchOptions& options) {
  const auto ids = match_ids(model, texts, options);
  std::vector<ClipText> pairs;
  for (const auto& text : ids) pairs.push_back({&clip, text});
  return match_scores(model.backend->match(pairs));
}

}  // namespace blip
