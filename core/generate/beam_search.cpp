#include "core/generate/beam_search.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/generate/log_softmax.h"
#include "core/generate/logits_processor.h"

namespace blip {
namespace {

constexpr std::int64_t kRoom = 128;  // tokens that a beam has memory for at once

}  // namespace

BeamSearch::BeamSearch(std::vector<std::int64_t> prompt, const GenerationOptions& options, std::int64_t sep,
                       TieOrder ties, std::optional<std::vector<std::int64_t>> said_before)
    : options_(options),
      sep_(sep),
      prompt_length_(static_cast<std::int64_t>(prompt.size())),
      length_(prompt_length_),
      said_(prompt.size(), std::move(said_before)),
      rows_{{0, prompt.back()}},
      finished_(static_cast<std::size_t>(options.num_beams), ties) {
  live_.push_back({std::move(prompt), {}, 0});
}

void BeamSearch::advance(std::span<float> logits) {
  const std::size_t vocabulary = logits.size() / live_beams_;
  sums_.clear();
  for (std::size_t r = 0; r < live_beams_; ++r) {
    const auto row = logits.subspan(r * vocabulary, vocabulary);
    log_softmax(row);
    apply_search_processors(row, said_.of(live_[r].ids), length_, sep_, options_);
    sums_.push_back(live_[r].sum);
  }
  top_candidates_into(logits, sums_, 2 * num_beams(), candidates_);
  if (candidates_.empty())
    throw Error(ErrorKind::kFailed, "beam search found no token of probability above 0 after " +
                                        std::to_string(length_) +
                                        " tokens; the vocabulary holds only what min_length bars");
  next_rows_.clear();
  done_ = close_step(candidates_);
  ++length_;
  std::swap(live_, next_);
  live_beams_ = std::exchange(going_on_, 0);
  std::swap(rows_, next_rows_);
  if (done_) rows_.clear();
}

std::vector<GeneratedSequence> BeamSearch::results() const {
  return finished_.best_first(static_cast<std::size_t>(options_.num_return));
}

void BeamSearch::finish(const Candidate& candidate, std::int64_t length) {
  Beam beam;
  extend(candidate, beam);
  finish(beam, length);
}

void BeamSearch::finish(const Beam& beam, std::int64_t length) {
  finished_.add({beam.ids, beam.token_logprobs, normalised(beam.sum, length)});
}

void BeamSearch::go_on(const Candidate& candidate) {
  if (going_on_ == next_.size()) next_.emplace_back();
  extend(candidate, next_[going_on_++]);
  next_rows_.push_back({candidate.row, candidate.token});
}

double BeamSearch::normalised(double sum, std::int64_t length) const {
  return sum / std::pow(static_cast<double>(length), options_.length_penalty);
}

void BeamSearch::extend(const Candidate& candidate, Beam& beam) const {
  const Beam& from = live_[static_cast<std::size_t>(candidate.row)];
  const auto room = static_cast<std::size_t>(std::min(options_.max_length, kRoom));
  beam.ids.reserve(room);
  beam.token_logprobs.reserve(room);
  beam.ids.assign(from.ids.begin(), from.ids.end());
  beam.ids.push_back(candidate.token);
  beam.token_logprobs.assign(from.token_logprobs.begin(), from.token_logprobs.end());
  beam.token_logprobs.push_back(candidate.logprob);
  beam.sum = candidate.score;
}

}  // namespace blip
