#include "pipelines/searching/term_scores.h"

#include <algorithm>
#include <cmath>

namespace blip {
namespace {

template <class Probability>
double combined(std::span<const TermScore> terms, Probability&& probability) {
  double largest = 0, product = 1;
  for (const TermScore& term : terms) largest = std::max(largest, std::abs(term.weight));
  for (const TermScore& term : terms) {
    if (term.weight == 0) continue;
    const double p = probability(term);
    product *= std::pow(term.weight > 0 ? p : 1 - p, std::abs(term.weight) / largest);
  }
  return product;
}

}  // namespace

double combined_match(std::span<const TermScore> terms) {
  return combined(terms, [](const TermScore& term) { return term.match; });
}

double combined_rank(std::span<const TermScore> terms, bool calibrated) {
  if (calibrated) return combined_match(terms);
  return combined(terms, [](const TermScore& term) { return 1 / (1 + std::exp(-(term.logit + term.similarity))); });
}

}  // namespace blip
