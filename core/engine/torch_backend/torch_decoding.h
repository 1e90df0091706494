#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "core/generate/decoder_step.h"
#include "core/model/text_decoder.h"

namespace blip {

// Keys and values that a sequence's cross-attention reads: from the image, or in VQA from the question's states.
using CrossSource = std::function<CrossStates(const DecodeInput&)>;

// Decodes many sequences together: linear layers run over the rows of all of them, attention over each sequence's own
// cache. Beams are query rows of one image: cross keys and values are made once at join() and never copied.
class TorchDecoding final : public Decoding {
 public:
  // `mutex` serialises the calls of one backend.
  TorchDecoding(TextDecoder decoder, CrossSource cross_source, torch::Device device, std::shared_ptr<std::mutex> mutex);
  SequenceId join(const DecodeInput& input) override;
  void step_into(std::span<const RowStep> rows, Matrix& logits) override;
  void leave(SequenceId id) override;

 private:
  struct Sequence {
    CrossStates cross;           // per layer [1, H, N, D/H]
    std::vector<KeyValue> past;  // per layer [rows, H, length, D/H]; undefined while length is 0
    std::int64_t rows = 1;
    std::int64_t length = 0;  // tokens taken in
  };
  // The adjacent rows of one sequence within a step.
  struct Group {
    Sequence* sequence;
    std::int64_t begin, count;
    torch::Tensor parents;  // [count] int64; undefined = unchanged
  };

  std::vector<Group> group_rows(std::span<const RowStep> rows);
  torch::Tensor embed_rows(std::span<const RowStep> rows, const std::vector<Group>& groups);
  torch::Tensor self_context(MedLayer& layer, size_t number, const torch::Tensor& x, const std::vector<Group>& groups);
  torch::Tensor cross_context(MedLayer& layer, size_t number, const torch::Tensor& x, const std::vector<Group>& groups);

  TextDecoder decoder_;
  CrossSource cross_source_;
  torch::Device device_;
  std::shared_ptr<std::mutex> mutex_;
  std::map<SequenceId, Sequence> sequences_;
  SequenceId next_id_ = 0;
};

}  // namespace blip
