#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/generate/finished_beams.h"
#include "core/generate/said_tokens.h"
#include "core/generate/search.h"
#include "core/generate/top_candidates.h"

namespace blip {

// What both kinds of beam search share: from K live beams the 2K best continuations are taken; K go on, those that
// close with [SEP] and rank among the first K are finished. The processors act on log-probabilities. Equal scores: the
// lower beam, then the lower token first (torch.topk leaves this open).
class BeamSearch : public Search {
 public:
  std::span<const SearchRow> rows() const override { return rows_; }
  void advance(std::span<float> logits) override;
  bool done() const override { return done_; }
  std::vector<GeneratedSequence> results() const override;

 protected:
  // A live beam, or a finished one whose score is still the plain sum.
  struct Beam {
    std::vector<std::int64_t> ids;
    std::vector<float> token_logprobs;
    float sum = 0;  // of token_logprobs; float, as the references add
  };

  BeamSearch(std::vector<std::int64_t> prompt, const GenerationOptions& options, std::int64_t sep, TieOrder ties,
             std::optional<std::vector<std::int64_t>> said_before);

  // Ends a step: sorts `candidates` (best first, at most 2K, at least one) into finish() and go_on(), and says if the
  // search is over. length() is still that of the live beams, without the candidates' tokens.
  virtual bool close_step(std::span<const Candidate> candidates) = 0;

  void finish(const Candidate& candidate, std::int64_t length);  // score = sum / length^length_penalty
  void finish(const Beam& beam, std::int64_t length);
  void go_on(const Candidate& candidate);
  double normalised(double sum, std::int64_t length) const;

  std::size_t num_beams() const { return static_cast<std::size_t>(options_.num_beams); }
  BeamScoring scoring() const { return options_.beam_scoring; }
  bool early_stopping() const { return options_.early_stopping; }
  std::int64_t sep() const { return sep_; }
  std::int64_t prompt_length() const { return prompt_length_; }
  std::int64_t length() const { return length_; }  // of the live beams, prompt included
  bool last_step() const { return length_ + 1 >= options_.max_length; }
  std::span<const Beam> next_beams() const { return {next_.data(), going_on_}; }  // what has gone on in this step
  const FinishedBeams& finished() const { return finished_; }

 private:
  void extend(const Candidate& candidate, Beam& beam) const;

  GenerationOptions options_;
  std::int64_t sep_;
  std::int64_t prompt_length_;
  std::int64_t length_;
  SaidTokens said_;
  // Exchanged after every step and written over, so that a step allocates nothing; the first of each are in use.
  std::vector<Beam> live_, next_;
  std::size_t live_beams_ = 1, going_on_ = 0;
  std::vector<SearchRow> rows_, next_rows_;
  std::vector<float> sums_;
  std::vector<Candidate> candidates_;
  FinishedBeams finished_;
  bool done_ = false;
};

}  // namespace blip
