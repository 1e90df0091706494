#pragma once

#include <functional>

#include "core/engine/torch_backend/torch_decoding.h"
#include "core/model/blip2/qformer.h"

namespace blip {

// Keys and values of a clip's queries in every layer, [1, H, Q, K] each.
using QuerySource = std::function<std::vector<KeyValue>(const Clip&)>;

// The Q-Former's own captions (its image-grounded text generation): text looks back at the clip's queries.
class TorchQFormerDecoding final : public TorchDecoding {
 public:
  TorchQFormerDecoding(QFormer qformer, QuerySource query_source, torch::Device device,
                       std::shared_ptr<std::mutex> mutex)
      : TorchDecoding(device, std::move(mutex)), qformer_(std::move(qformer)), query_source_(std::move(query_source)) {}

 private:
  RowCache start(const DecodeInput& input) override;
  torch::Tensor next(StepRows& rows) override;

  QFormer qformer_;
  QuerySource query_source_;
};

}  // namespace blip
