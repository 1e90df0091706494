#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "core/engine/packed_backend/blip2/row_attention.h"
#include "core/generate/decoder_step.h"

namespace blip {

// What a sequence begins with: all of its prompt but the last token has been taken in.
using SequenceStarter = std::function<DecodeStart(const DecodeInput&)>;

// Decodes many sequences together: products run over the rows of all of them, attention over each sequence's own keys
// and values. What a beam has seen is a list of places in its sequence's store: nothing is copied when beams change,
// and places that no beam refers to any more are used again.
class LanguageDecoding final : public Decoding {
 public:
  // Borrows the backend's parts; `mutex` serialises the backend's calls.
  LanguageDecoding(Workspace& workspace, const PackedDecoder& decoder, SequenceStarter starter, std::mutex& mutex);
  SequenceId join(const DecodeInput& input) override;
  void step_into(std::span<const RowStep> rows, Matrix& logits) override;
  void leave(SequenceId id) override;

 private:
  struct Sequence {
    DecodeStart start;
    std::int64_t before = 0;               // tokens of the start
    std::vector<std::vector<float>> past;  // per layer [places, 2 W]: keys, behind them values
    std::vector<std::int32_t> seen, next;  // [rows, places]: where the tokens of a row are, in order
    std::vector<std::int32_t> free;        // places
    std::int64_t rows = 1, length = 0;     // length: tokens decoded, the same for every row
    std::int64_t places = 0;
  };
  // The adjacent rows of one sequence within a step.
  struct Group {
    Sequence* sequence;
    std::int64_t begin, count;
  };
  class StepAttention;

  void group_rows(std::span<const RowStep> rows);
  void take_in(const Group& group, std::span<const RowStep> rows) const;
  void find_places(Sequence& sequence, std::int64_t count) const;

  Workspace& workspace_;
  const PackedDecoder& decoder_;
  SequenceStarter starter_;
  std::mutex& mutex_;
  std::map<SequenceId, Sequence> sequences_;
  SequenceId next_id_ = 0;
  std::vector<Group> groups_;  // of the step
};

}  // namespace blip
