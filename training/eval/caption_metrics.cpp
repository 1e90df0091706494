#include "training/eval/caption_metrics.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

using Words = std::vector<std::string>;
using Counts = std::map<Words, double>;                 // n-gram -> how often
using CountsByOrder = std::array<Counts, kBleuOrders>;  // by number of words - 1
constexpr double kTiny = 1e-15, kSmall = 1e-9;          // coco-caption's
constexpr double kLengthDeviation = 6, kCiderScale = 10;

// Unicode's white space, at which Python splits.
bool is_blank(char32_t c) {
  if (c == U' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F) || (c >= 0x2000 && c <= 0x200A)) return true;
  constexpr std::array<char32_t, 8> kOthers = {0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
  return std::find(kOthers.begin(), kOthers.end(), c) != kOthers.end();
}

Words words_of(const std::string& text) {
  Words words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  };
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t begin = position;
    if (is_blank(next_code_point(text, position)))
      end_word();
    else
      word.append(text, begin, position - begin);
  }
  end_word();
  return words;
}

CountsByOrder count_ngrams(const Words& words) {
  CountsByOrder counts;
  for (std::size_t order = 1; order <= kBleuOrders; ++order)
    for (std::size_t i = 0; i + order <= words.size(); ++i) {
      const auto begin = words.begin() + static_cast<std::ptrdiff_t>(i);
      ++counts[order - 1][Words(begin, begin + static_cast<std::ptrdiff_t>(order))];
    }
  return counts;
}

void expect_references(std::span<const ScoredCaption> captions) {
  for (const ScoredCaption& one : captions)
    if (one.references.empty())
      throw Error(ErrorKind::kInvalidArgument, "no reference for the caption '" + one.candidate + "'");
}

struct BleuCounts {
  std::array<double, kBleuOrders> guesses{}, correct{};
  double length = 0, reference_length = 0;

  BleuCounts& operator+=(const BleuCounts& other) {
    for (std::size_t n = 0; n < kBleuOrders; ++n) {
      guesses[n] += other.guesses[n];
      correct[n] += other.correct[n];
    }
    length += other.length;
    reference_length += other.reference_length;
    return *this;
  }
};

BleuCounts bleu_counts(const ScoredCaption& one) {
  const Words candidate = words_of(one.candidate);
  BleuCounts counts;
  counts.length = static_cast<double>(candidate.size());
  CountsByOrder most;  // over the references
  double closest = -1;
  for (const std::string& reference : one.references) {
    const Words words = words_of(reference);
    const auto length = static_cast<double>(words.size());
    const double difference = std::abs(length - counts.length), least = std::abs(closest - counts.length);
    if (closest < 0 || difference < least || (difference == least && length < closest)) closest = length;
    const CountsByOrder ngrams = count_ngrams(words);
    for (std::size_t n = 0; n < kBleuOrders; ++n)
      for (const auto& [ngram, count] : ngrams[n]) most[n][ngram] = std::max(most[n][ngram], count);
  }
  counts.reference_length = closest;
  const CountsByOrder ngrams = count_ngrams(candidate);
  for (std::size_t n = 0; n < kBleuOrders; ++n) {
    counts.guesses[n] = std::max(0.0, counts.length - static_cast<double>(n));
    for (const auto& [ngram, count] : ngrams[n])
      if (const auto found = most[n].find(ngram); found != most[n].end())
        counts.correct[n] += std::min(count, found->second);
  }
  return counts;
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

// An n-gram's count times its inverse document frequency.
struct CiderVector {
  std::array<Counts, kBleuOrders> weights;
  std::array<double, kBleuOrders> norms{};
  double length = 0;  // coco-caption's: the number of word pairs
};

CiderVector cider_vector(const CountsByOrder& counts, const CountsByOrder& documents, double log_documents) {
  CiderVector vector;
  for (std::size_t n = 0; n < kBleuOrders; ++n) {
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
double cider_similarity(const CiderVector& candidate, const CiderVector& reference) {
  const double difference = candidate.length - reference.length;
  const double penalty = std::exp(-difference * difference / (2 * kLengthDeviation * kLengthDeviation));
  double sum = 0;
  for (std::size_t n = 0; n < kBleuOrders; ++n) {
    double product = 0;
    for (const auto& [ngram, weight] : candidate.weights[n])
      if (const auto found = reference.weights[n].find(ngram); found != reference.weights[n].end())
        product += std::min(weight, found->second) * found->second;
    if (candidate.norms[n] != 0 && reference.norms[n] != 0) product /= candidate.norms[n] * reference.norms[n];
    sum += product * penalty;
  }
  return sum / static_cast<double>(kBleuOrders);
}

}  // namespace

std::array<MetricScore, kBleuOrders> bleu(std::span<const ScoredCaption> captions) {
  expect_references(captions);
  std::array<MetricScore, kBleuOrders> scores;
  if (captions.empty()) return scores;
  BleuCounts total;
  for (const ScoredCaption& one : captions) {
    const BleuCounts counts = bleu_counts(one);
    const auto values = bleu_of(counts);
    for (std::size_t n = 0; n < kBleuOrders; ++n) scores[n].each.push_back(values[n]);
    total += counts;
  }
  const auto values = bleu_of(total);
  for (std::size_t n = 0; n < kBleuOrders; ++n) scores[n].corpus = values[n];
  return scores;
}

MetricScore cider(std::span<const ScoredCaption> captions) {
  expect_references(captions);
  MetricScore score;
  if (captions.empty()) return score;
  std::vector<std::vector<CountsByOrder>> references;
  CountsByOrder documents;  // in the references of how many captions
  for (const ScoredCaption& one : captions) {
    auto& own = references.emplace_back();
    std::array<std::set<Words>, kBleuOrders> seen;
    for (const std::string& reference : one.references) {
      own.push_back(count_ngrams(words_of(reference)));
      for (std::size_t n = 0; n < kBleuOrders; ++n)
        for (const auto& [ngram, count] : own.back()[n]) seen[n].insert(ngram);
    }
    for (std::size_t n = 0; n < kBleuOrders; ++n)
      for (const Words& ngram : seen[n]) ++documents[n][ngram];
  }

  const double log_documents = std::log(static_cast<double>(captions.size()));
  for (std::size_t i = 0; i < captions.size(); ++i) {
    const CiderVector candidate = cider_vector(count_ngrams(words_of(captions[i].candidate)), documents, log_documents);
    double sum = 0;
    for (const CountsByOrder& reference : references[i])
      sum += cider_similarity(candidate, cider_vector(reference, documents, log_documents));
    score.each.push_back(kCiderScale * sum / static_cast<double>(references[i].size()));
    score.corpus += score.each.back() / static_cast<double>(captions.size());
  }
  return score;
}

}  // namespace blip
