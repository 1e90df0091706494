#pragma once

#include <vector>

#include "core/engine/backend.h"
#include "core/model/torch_compat.h"

namespace blip {

Matrix to_matrix(const torch::Tensor& tensor);  // [R, C] any float dtype and device -> host float32
torch::Tensor to_ids(std::span<const std::int64_t> ids, const torch::Device& device);  // -> [1, T] int64

// The ViT's output of one image as a LibTorch tensor.
class TorchFeatures final : public ImageFeatures {
 public:
  explicit TorchFeatures(torch::Tensor states) : states_(std::move(states)) {}
  const torch::Tensor& states() const { return states_; }  // [1, N, V]
  std::int64_t tokens() const override { return states_.size(1); }
  std::int64_t width() const override { return states_.size(2); }
  Matrix to_matrix() const override;

 private:
  torch::Tensor states_;
};

// The frames' states of a clip, [1, N, V] each. Throws c10::Error when the clip is empty or not made by this backend.
std::vector<torch::Tensor> frame_states(const Clip& clip);

}  // namespace blip
