#include "core/engine/torch_backend/torch_features.h"

#include <algorithm>

namespace blip {

Matrix to_matrix(const torch::Tensor& tensor) {
  const auto host = tensor.to(torch::kCPU, torch::kFloat32).contiguous();
  TORCH_CHECK(host.dim() == 2, "to_matrix: expected two dimensions, found ", host.sizes());
  Matrix matrix(host.size(0), host.size(1));
  std::copy_n(host.data_ptr<float>(), matrix.values.size(), matrix.values.begin());
  return matrix;
}

torch::Tensor to_ids(std::span<const std::int64_t> ids, const torch::Device& device) {
  auto tensor = torch::empty({1, static_cast<int64_t>(ids.size())}, torch::kInt64);
  std::copy(ids.begin(), ids.end(), tensor.data_ptr<int64_t>());
  return tensor.to(device);
}

Matrix TorchFeatures::to_matrix() const {
  return blip::to_matrix(states_[0]);
}

std::vector<torch::Tensor> frame_states(const Clip& clip) {
  TORCH_CHECK(!clip.frames.empty(), "a clip needs at least one frame");
  std::vector<torch::Tensor> states;
  for (const auto& frame : clip.frames) {
    const auto* features = dynamic_cast<const TorchFeatures*>(frame.get());
    TORCH_CHECK(features != nullptr, "image features of another backend");
    states.push_back(features->states());
  }
  return states;
}

}  // namespace blip
