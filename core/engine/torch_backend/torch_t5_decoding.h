#pragma once

#include <functional>

#include "core/engine/torch_backend/clip_prefixes.h"
#include "core/engine/torch_backend/torch_decoding.h"
#include "core/engine/torch_backend/torch_opt_decoding.h"
#include "core/model/blip2/t5.h"

namespace blip {

// T5, whose encoder reads a clip's soft prompts and the question behind them.
struct T5Reader {
  T5 model{nullptr};
  SoftPrompts soft_prompts;
  ClipPrefixes questions = {};

  // Keys and values of every decoder block's cross-attention; a question that was just read is not read again.
  CrossStates read(const Clip& clip, std::span<const std::int64_t> question);
};

class TorchT5Decoding final : public TorchDecoding {
 public:
  // `reader` outlives this.
  TorchT5Decoding(T5Reader& reader, torch::Device device, std::shared_ptr<std::mutex> mutex)
      : TorchDecoding(device, std::move(mutex)), reader_(reader) {}

 private:
  RowCache start(const DecodeInput& input) override;
  torch::Tensor next(StepRows& rows) override;

  T5Reader& reader_;
};

}  // namespace blip
