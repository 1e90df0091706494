#include "core/generate/nucleus_search.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/generate/log_softmax.h"
#include "core/generate/logits_processor.h"

namespace blip {
namespace {

std::mt19937_64 generator_for(std::uint64_t seed, std::size_t sample) {
  std::seed_seq words{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                      static_cast<std::uint32_t>(sample)};
  return std::mt19937_64(words);
}

double uniform(std::mt19937_64& generator) {
  return static_cast<double>(generator() >> 11) * 0x1p-53;
}  // in [0, 1)

// The first token at which the summed probability exceeds `u`, which is in [0, 1).
std::size_t draw(std::span<const float> logits, const LogNormaliser& logprob, double u) {
  double cumulative = 0;
  std::size_t last = 0;
  for (std::size_t token = 0; token < logits.size(); ++token) {
    if (std::isinf(logits[token])) continue;
    last = token;
    cumulative += std::exp(static_cast<double>(logprob(logits[token])));
    if (cumulative > u) break;
  }
  return last;
}

}  // namespace

NucleusSearch::NucleusSearch(std::vector<std::int64_t> prompt, const GenerationOptions& options, std::int64_t sep,
                             std::optional<std::vector<std::int64_t>> said_before)
    : options_(options), sep_(sep), said_(prompt.size(), std::move(said_before)), rows_{{0, prompt.back()}} {
  for (std::size_t i = 0; i < static_cast<std::size_t>(options.num_return); ++i)
    samples_.push_back({{prompt, {}, 0}, generator_for(options.seed, i)});
}

void NucleusSearch::advance(std::span<float> logits) {
  const std::size_t vocabulary = logits.size() / rows_.size();
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    const auto scores = logits.subspan(row * vocabulary, vocabulary);
    const auto owner =
        std::find_if(samples_.begin(), samples_.end(), [&](const Sample& s) { return !s.done && s.row == row; });
    const std::vector<std::int64_t>& ids = owner->sequence.ids;
    apply_search_processors(scores, said_.of(ids), static_cast<std::int64_t>(ids.size()), sep_, options_);
    apply_sampling_filters(scores, options_);
  }
  rows_.clear();
  for (Sample& sample : samples_) {
    if (sample.done) continue;
    extend(sample, logits.subspan(sample.row * vocabulary, vocabulary));
    if (sample.done) continue;
    rows_.push_back({static_cast<std::int64_t>(sample.row), sample.sequence.ids.back()});
    sample.row = rows_.size() - 1;
  }
}

std::vector<GeneratedSequence> NucleusSearch::results() const {
  std::vector<GeneratedSequence> sequences;
  for (const Sample& sample : samples_) sequences.push_back(sample.sequence);
  std::stable_sort(sequences.begin(), sequences.end(),
                   [](const GeneratedSequence& a, const GeneratedSequence& b) { return a.score > b.score; });
  return sequences;
}

void NucleusSearch::extend(Sample& sample, std::span<const float> filtered_logits) {
  const LogNormaliser logprob(filtered_logits);
  const std::size_t token = draw(filtered_logits, logprob, uniform(sample.generator));
  GeneratedSequence& sequence = sample.sequence;
  sequence.ids.push_back(static_cast<std::int64_t>(token));
  sequence.token_logprobs.push_back(logprob(filtered_logits[token]));
  sequence.score += sequence.token_logprobs.back();
  sample.done = sequence.ids.back() == sep_ || static_cast<std::int64_t>(sequence.ids.size()) >= options_.max_length;
}

}  // namespace blip
