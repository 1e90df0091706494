#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/token_batch.h"
#include "core/generate/clip.h"

namespace blip {

// What a sequence is decoded from.
struct DecodeInput {
  Clip clip;
  // What an encoder reads once. BLIP's VQA: ids with [ENC] at position 0; T5: the prompt, "</s>" last; empty otherwise.
  std::vector<std::int64_t> question;
  // Ids the sequence starts with; never empty. BLIP: [DEC] first. OPT: "</s>" and the prompt, behind the picture's soft
  // prompts. T5: the decoder's start token.
  std::vector<std::int64_t> prompt;
  // What the repetition penalty takes as said before; nothing = `prompt`.
  std::optional<std::vector<std::int64_t>> said_before = {};
};

using SequenceId = std::int64_t;

// One row (beam) of one sequence: `token` is appended to what row `parent` of the previous step had seen.
struct RowStep {
  SequenceId sequence = 0;
  std::int64_t parent = 0;
  std::int64_t token = 0;
};

// All that a search knows of a model. Sequences join and leave at any time; the rows of one sequence share its image.
// join() takes in all of the prompt but its last token. The first step of a sequence feeds that last token in one row
// with parent 0; later steps give any number of rows, all rows of a sequence adjacent.
class Decoding {
 public:
  virtual ~Decoding() = default;
  virtual SequenceId join(const DecodeInput& input) = 0;
  // logits: [rows, vocabulary] of the next token, given their size here; the same matrix again allocates nothing.
  virtual void step_into(std::span<const RowStep> rows, Matrix& logits) = 0;
  virtual void leave(SequenceId id) = 0;

  Matrix step(std::span<const RowStep> rows) {
    Matrix logits;
    step_into(rows, logits);
    return logits;
  }
};

}  // namespace blip
