#include "training/metrics/bleu.h"

#include <algorithm>
#include <cmath>

namespace blip {
namespace {

constexpr double kTiny = 1e-15, kSmall = 1e-9;  // coco-caption's

BleuCounts counts_of(const ScoredCaption& one) {
  const Words candidate = split_words(one.candidate);
  BleuCounts counts;
  counts.length = static_cast<double>(candidate.size());
  NgramCountsByOrder most;  // over the references
  double closest = -1;
  for (const std::string& reference : one.references) {
    const Words words = split_words(reference);
    const auto length = static_cast<double>(words.size());
    const double difference = std::abs(length - counts.length), least = std::abs(closest - counts.length);
    if (closest < 0 || difference < least || (difference == least && length < closest)) closest = length;
    const NgramCountsByOrder ngrams = count_ngrams(words);
    for (std::size_t n = 0; n < kBleuOrders; ++n)
      for (const auto& [ngram, count] : ngrams[n]) most[n][ngram] = std::max(most[n][ngram], count);
  }
  counts.reference_length = closest;
  const NgramCountsByOrder ngrams = count_ngrams(candidate);
  for (std::size_t n = 0; n < kBleuOrders; ++n) {
    counts.guesses[n] = std::max(0.0, counts.length - static_cast<double>(n));
    for (const auto& [ngram, count] : ngrams[n])
      if (const auto found = most[n].find(ngram); found != most[n].end())
        counts.correct[n] += std::min(count, found->second);
  }
  return counts;
}

}  // namespace

BleuCounts& BleuCounts::operator+=(const BleuCounts& other) {
  for (std::size_t n = 0; n < kBleuOrders; ++n) {
    guesses[n] += other.guesses[n];
    correct[n] += other.correct[n];
  }
  length += other.length;
  reference_length += other.reference_length;
  return *this;
}

std::array<double, kBleuOrders> bleu_of(const BleuCounts& counts) {
  std::array<double, kBleuOrders> scores{};
  const double ratio = (counts.length + kTiny) / (counts.reference_length + kSmall);
  const double brevity = ratio < 1 ? std::exp(1 - 1 / ratio) : 1;
  double product = 1;
  for (std::size_t n = 0; n < kBleuOrders; ++n) {
    product *= (counts.correct[n] + kTiny) / (counts.guesses[n] + kSmall);
    scores[n] = brevity * std::pow(product, 1.0 / static_cast<double>(n + 1));
  }
  return scores;
}

std::array<MetricScore, kBleuOrders> bleu(std::span<const ScoredCaption> captions) {
  expect_references(captions);
  std::array<MetricScore, kBleuOrders> scores;
  if (captions.empty()) return scores;
  BleuCounts total;
  for (const ScoredCaption& one : captions) {
    const BleuCounts counts = counts_of(one);
    const auto values = bleu_of(counts);
    for (std::size_t n = 0; n < kBleuOrders; ++n) scores[n].each.push_back(values[n]);
    total += counts;
  }
  const auto values = bleu_of(total);
  for (std::size_t n = 0; n < kBleuOrders; ++n) scores[n].corpus = values[n];
  return scores;
}

}  // namespace blip
