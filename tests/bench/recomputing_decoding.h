#pragma once

#include <map>
#include <vector>

#include "core/generate/decoder_step.h"
#include "core/model/text_decoder.h"

namespace blip::bench {

// The original code's algorithm, kept to be measured against: self-attention keys and values are cached, those of
// cross-attention are projected from the image again in every step, for every beam. One sequence at a time.
class RecomputingDecoding final : public Decoding {
 public:
  // states [1, N, V]: the image, as the ViT gives it.
  RecomputingDecoding(TextDecoder decoder, torch::Tensor states);
  SequenceId join(const DecodeInput& input) override;
  void step_into(std::span<const RowStep> rows, Matrix& logits) override;
  void leave(SequenceId id) override;

 private:
  torch::Tensor run(const torch::Tensor& ids, const torch::Tensor& parents);

  TextDecoder decoder_;
  torch::Tensor states_;
  std::vector<KeyValue> past_;
  std::vector<std::int64_t> pending_;  // prompt tokens that the first step takes in
  std::int64_t length_ = 0;
};

}  // namespace blip::bench
