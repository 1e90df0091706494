#pragma once

#include <functional>

#include "core/engine/torch_backend/clip_prefixes.h"
#include "core/engine/torch_backend/torch_decoding.h"
#include "core/model/blip2/opt.h"

namespace blip {

// A clip's soft prompts [1, P, L], its frames' queries side by side.
using SoftPrompts = std::function<torch::Tensor(const Clip&)>;

// OPT behind a clip's soft prompts.
struct OptReader {
  Opt model{nullptr};
  SoftPrompts soft_prompts;
  ClipPrefixes prefixes = {};
  std::int64_t max_positions = 0;

  // Keys and values [1, H, P + ids, K] of a clip's soft prompts and the ids behind them. What an earlier call made of
  // the same frames and the same first ids is not made again.
  std::vector<KeyValue> read(const Clip& clip, std::span<const std::int64_t> ids);
  void expect_room(std::int64_t positions) const;  // throws Error(kInvalidArgument) where there are fewer
};

class TorchOptDecoding final : public TorchDecoding {
 public:
  // `reader` outlives this.
  TorchOptDecoding(OptReader& reader, torch::Device device, std::shared_ptr<std::mutex> mutex)
      : TorchDecoding(device, std::move(mutex)), reader_(reader) {}

 private:
  RowCache start(const DecodeInput& input) override;
  torch::Tensor next(StepRows& rows) override;

  OptReader& reader_;
};

}  // namespace blip
