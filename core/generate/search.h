#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/generate/generated_sequence.h"
#include "core/generate/options.h"

namespace blip {

// One row of a search's next step: `token` is appended to what row `parent` of its previous step had seen.
struct SearchRow {
  std::int64_t parent = 0;
  std::int64_t token = 0;
};

// The search for one sequence, without its model. While not done(): feed rows() to the model, hand its logits to
// advance().
class Search {
 public:
  virtual ~Search() = default;

  // The first step is one row, parent 0, with the last token of the prompt. Valid until the next advance().
  virtual std::span<const SearchRow> rows() const = 0;

  // logits [rows().size(), vocabulary] of the next token, row-major; overwritten. Throws Error(kFailed) for NaN or
  // +inf.
  virtual void advance(std::span<float> logits) = 0;

  virtual bool done() const = 0;

  // Best first, at most options.num_return; complete once done().
  virtual std::vector<GeneratedSequence> results() const = 0;
};

// Sampling, greedy or beam search, as the options say. `prompt` begins with [DEC]; `sep` is [SEP], which ends a
// sequence. Throws Error(kInvalidArgument) for options out of range, for a prompt that is empty or leaves no room below
// max_length, and for a beam search with BeamScoring::kAuto, which the caller has to decide by the checkpoint.
// `said_before`: what the repetition penalty takes as said instead of the prompt.
std::unique_ptr<Search> make_search(std::span<const std::int64_t> prompt, const GenerationOptions& options,
                                    std::int64_t sep, const std::optional<std::vector<std::int64_t>>& said_before = {});

}  // namespace blip
