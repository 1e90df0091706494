#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "core/engine/packed_backend/lm_head.h"
#include "core/engine/packed_backend/packed_med.h"
#include "core/generate/decoder_step.h"

namespace blip {

// Keys and values that a sequence's cross-attention reads: from the frames of its clip, or in VQA from the question's
// states.
using CrossMaker = std::function<std::vector<std::shared_ptr<const StoredKeyValues>>(const DecodeInput&)>;

// Decodes many sequences together: products run over the rows of all of them, attention over each sequence's own keys
// and values. What a beam has seen is a list of places in its sequence's store: nothing is copied when beams change.
class PackedDecoding final : public Decoding {
 public:
  // Borrows the backend's parts; `mutex` serialises the backend's calls.
  PackedDecoding(Workspace& workspace, const PackedMed& med, const LmHead& head, CrossMaker cross, std::mutex& mutex);
  SequenceId join(const DecodeInput& input) override;
  void step_into(std::span<const RowStep> rows, Matrix& logits) override;
  void leave(SequenceId id) override;

 private:
  struct Sequence {
    std::vector<std::shared_ptr<const StoredKeyValues>> cross;
    std::vector<std::vector<float>> past;  // per layer [places, 2 D]: keys and values side by side
    std::vector<std::int32_t> seen, next;  // [rows, places]: where the tokens of a row are, in order
    std::int64_t rows = 1, length = 0;     // length: tokens taken in, the same for every row
    std::int64_t used = 0, places = 0;
  };
  // The adjacent rows of one sequence within a step.
  struct Group {
    Sequence* sequence;
    std::int64_t begin, count;
  };

  void group_rows(std::span<const RowStep> rows);
  void take_in(const Group& group, std::span<const RowStep> rows);
  void reserve(Sequence& sequence, std::int64_t places) const;
  void run_layer(std::size_t number, float* x, std::int64_t rows);

  Workspace& workspace_;
  const PackedMed& med_;
  const LmHead& head_;
  CrossMaker cross_;
  std::mutex& mutex_;
  std::map<SequenceId, Sequence> sequences_;
  SequenceId next_id_ = 0;
  std::vector<Group> groups_;           // of the step
  std::vector<const Group*> group_of_;  // by row
};

}  // namespace blip
