#include "core/engine/answer_ranking.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/base/error.h"
#include "core/text/token_padding.h"

namespace blip {
namespace {

// Softmax probability of each id.
std::vector<double> probabilities(std::span<const float> logits, std::span<const std::int64_t> ids) {
  const double top = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(logit - top);
  std::vector<double> chosen;
  for (const std::int64_t id : ids) chosen.push_back(std::exp(logits[static_cast<std::size_t>(id)] - top) / sum);
  return chosen;
}

}  // namespace

std::vector<RankedIds> rank_by_first_token(Backend& backend, const DecodeInput& input,
                                           std::span<const std::vector<std::int64_t>> answers, std::size_t k,
                                           std::int64_t pad) {
  if (answers.empty() || k == 0)
    throw Error(ErrorKind::kInvalidArgument, "ranking needs at least one answer and k of at least 1");
  std::vector<std::int64_t> first_tokens;
  for (const auto& ids : answers) first_tokens.push_back(ids.at(1));
  const auto decoding = backend.start_decoding();
  const RowStep first{decoding->join(input), 0, input.prompt.back()};
  const Matrix logits = decoding->step(std::span(&first, 1));
  const std::int64_t last = *std::max_element(first_tokens.begin(), first_tokens.end());
  if (logits.rows != 1 || logits.columns <= last) {
    throw Error(ErrorKind::kFailed, "the first step of ranking gave logits [" + std::to_string(logits.rows) + ", " +
                                        std::to_string(logits.columns) + "], expected one row of more than " +
                                        std::to_string(last));
  }
  const auto first_probabilities = probabilities(logits.row(0), first_tokens);

  std::vector<std::size_t> order(answers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return first_probabilities[a] > first_probabilities[b]; });
  order.resize(std::min(k, order.size()));
  std::vector<std::vector<std::int64_t>> candidates;
  for (const std::size_t index : order) candidates.push_back(answers[index]);
  const auto losses = backend.continuation_losses(input, pad_texts(candidates, pad));

  std::vector<RankedIds> ranked;
  for (std::size_t i = 0; i < order.size(); ++i) {
    ranked.push_back({order[i], losses.at(i), first_probabilities[order[i]]});
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.loss < b.loss; });
  return ranked;
}

}  // namespace blip
