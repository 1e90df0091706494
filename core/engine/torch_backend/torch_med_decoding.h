#pragma once

#include <functional>

#include "core/engine/torch_backend/torch_decoding.h"
#include "core/model/text_decoder.h"

namespace blip {

// Keys and values that a sequence's cross-attention reads: from the image, or in VQA from the question's states.
using CrossSource = std::function<CrossStates(const DecodeInput&)>;

// BLIP's text decoder. Beams are query rows of one image: cross keys and values are made once at join() and never
// copied.
class TorchMedDecoding final : public TorchDecoding {
 public:
  TorchMedDecoding(TextDecoder decoder, CrossSource cross_source, torch::Device device,
                   std::shared_ptr<std::mutex> mutex)
      : TorchDecoding(device, std::move(mutex)), decoder_(std::move(decoder)), cross_source_(std::move(cross_source)) {}

 private:
  RowCache start(const DecodeInput& input) override;
  torch::Tensor next(StepRows& rows) override;

  TextDecoder decoder_;
  CrossSource cross_source_;
};

}  // namespace blip
