#include "training/metrics/cider.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "training/metrics/ngrams.h"

namespace blip {
namespace {

constexpr double kLengthDeviation = 6, kScale = 10;

// An n-gram's count times its inverse document frequency.
struct CiderVector {
  NgramCountsByOrder weights;
  std::array<double, kMaxNgram> norms{};
  double length = 0;  // coco-caption's: the number of word pairs
};

CiderVector cider_vector(const NgramCountsByOrder& counts, const NgramCountsByOrder& documents, double log_documents) {
  CiderVector vector;
  for (std::size_t n = 0; n < kMaxNgram; ++n) {
    for (const auto& [ngram, count] : counts[n]) {
      const auto found = documents[n].find(ngram);
      const double frequency = found == documents[n].end() ? 1 : std::max(1.0, found->second);
      const double weight = count * (log_documents - std::log(frequency));
      vector.weights[n][ngram] = weight;
      vector.norms[n] += weight * weight;
      if (n == 1) vector.length += count;
    }
    vector.norms[n] = std::sqrt(vector.norms[n]);
  }
  return vector;
}

// The mean over the orders.
double similarity(const CiderVector& candidate, const CiderVector& reference) {
  const double difference = candidate.length - reference.length;
  const double penalty = std::exp(-difference * difference / (2 * kLengthDeviation * kLengthDeviation));
  double sum = 0;
  for (std::size_t n = 0; n < kMaxNgram; ++n) {
    double product = 0;
    for (const auto& [ngram, weight] : candidate.weights[n])
      if (const auto found = reference.weights[n].find(ngram); found != reference.weights[n].end())
        product += std::min(weight, found->second) * found->second;
    if (candidate.norms[n] != 0 && reference.norms[n] != 0) product /= candidate.norms[n] * reference.norms[n];
    sum += product * penalty;
  }
  return sum / static_cast<double>(kMaxNgram);
}

}  // namespace

MetricScore cider(std::span<const ScoredCaption> captions) {
  expect_references(captions);
  MetricScore score;
  if (captions.empty()) return score;
  std::vector<std::vector<NgramCountsByOrder>> references;
  NgramCountsByOrder documents;  // in the references of how many captions
  for (const ScoredCaption& one : captions) {
    auto& own = references.emplace_back();
    std::array<std::set<Words>, kMaxNgram> seen;
    for (const std::string& reference : one.references) {
      own.push_back(count_ngrams(split_words(reference)));
      for (std::size_t n = 0; n < kMaxNgram; ++n)
        for (const auto& [ngram, count] : own.back()[n]) seen[n].insert(ngram);
    }
    for (std::size_t n = 0; n < kMaxNgram; ++n)
      for (const Words& ngram : seen[n]) ++documents[n][ngram];
  }

  const double log_documents = std::log(static_cast<double>(captions.size()));
  for (std::size_t i = 0; i < captions.size(); ++i) {
    const NgramCountsByOrder ngrams = count_ngrams(split_words(captions[i].candidate));
    const CiderVector candidate = cider_vector(ngrams, documents, log_documents);
    double sum = 0;
    for (const NgramCountsByOrder& reference : references[i])
      sum += similarity(candidate, cider_vector(reference, documents, log_documents));
    score.each.push_back(kScale * sum / static_cast<double>(references[i].size()));
    score.corpus += score.each.back() / static_cast<double>(captions.size());
  }
  return score;
}

}  // namespace blip
