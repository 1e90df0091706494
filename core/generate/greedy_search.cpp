#include "core/generate/greedy_search.h"

#include <algorithm>
#include <utility>

#include "core/generate/log_softmax.h"
#include "core/generate/logits_processor.h"

namespace blip {

GreedySearch::GreedySearch(std::vector<std::int64_t> prompt, const GenerationOptions& options, std::int64_t sep,
                           std::optional<std::vector<std::int64_t>> said_before)
    : options_(options), sep_(sep), said_(prompt.size(), std::move(said_before)) {
  row_.token = prompt.back();
  sequence_.ids = std::move(prompt);
}

std::span<const SearchRow> GreedySearch::rows() const {
  return done_ ? std::span<const SearchRow>() : std::span<const SearchRow>(&row_, 1);
}

void GreedySearch::advance(std::span<float> logits) {
  apply_search_processors(logits, said_.of(sequence_.ids), static_cast<std::int64_t>(sequence_.ids.size()), sep_,
                          options_);
  const LogNormaliser logprob(logits);
  const auto best = std::max_element(logits.begin(), logits.end());
  const auto token = static_cast<std::int64_t>(best - logits.begin());

  sequence_.ids.push_back(token);
  sequence_.token_logprobs.push_back(logprob(*best));
  sequence_.score += sequence_.token_logprobs.back();
  row_.token = token;
  done_ = token == sep_ || static_cast<std::int64_t>(sequence_.ids.size()) >= options_.max_length;
}

}  // namespace blip
