#include "core/generate/beam_search.h"

#include <cmath>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/generate/log_softmax.h"
#include "core/generate/logits_processor.h"

namespace blip {

BeamSearch::BeamSearch(std::vector<std::int64_t> prompt, const GenerationOptions& options, std::int64_t sep,
                       TieOrder ties)
    : options_(options),
      sep_(sep),
      prompt_length_(static_cast<std::int64_t>(prompt.size())),
      length_(prompt_length_),
      rows_{{0, prompt.back()}},
      finished_(static_cast<std::size_t>(options.num_beams), ties) {
  live_.push_back({std::move(prompt), {}, 0});
}

void BeamSearch::advance(std::span<float> logits) {
  const std::size_t vocabulary = logits.size() / live_.size();
  std::vector<float> sums;
  for (std::size_t r = 0; r < live_.size(); ++r) {
    const auto row = logits.subspan(r * vocabulary, vocabulary);
    log_softmax(row);
    apply_search_processors(row, live_[r].ids, sep_, options_);
    sums.push_back(live_[r].sum);
  }
  const auto candidates = top_candidates(logits, sums, 2 * num_beams());
  if (candidates.empty())
    throw Error(ErrorKind::kFailed, "beam search found no token of probability above 0 after " +
                                        std::to_string(length_) +
                                        " tokens; the vocabulary holds only what min_length bars");
  done_ = close_step(candidates);
  ++length_;
  live_ = std::exchange(next_, {});
  rows_ = std::exchange(next_rows_, {});
  if (done_) rows_.clear();
}

std::vector<GeneratedSequence> BeamSearch::results() const {
  return finished_.best_first(static_cast<std::size_t>(options_.num_return));
}

void BeamSearch::finish(const Candidate& candidate, std::int64_t length) {
  finish(extended(candidate), length);
}

void BeamSearch::finish(const Beam& beam, std::int64_t length) {
  finished_.add({beam.ids, beam.token_logprobs, normalised(beam.sum, length)});
}

void BeamSearch::go_on(const Candidate& candidate) {
  next_.push_back(extended(candidate));
  next_rows_.push_back({candidate.row, candidate.token});
}

double BeamSearch::normalised(double sum, std::int64_t length) const {
  return sum / std::pow(static_cast<double>(length), options_.length_penalty);
}

BeamSearch::Beam BeamSearch::extended(const Candidate& candidate) const {
  Beam beam = live_[static_cast<std::size_t>(candidate.row)];
  beam.ids.push_back(candidate.token);
  beam.token_logprobs.push_back(candidate.logprob);
  beam.sum = candidate.score;
  return beam;
}

}  // namespace blip
