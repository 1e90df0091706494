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

CrossStates TorchFeatures::cross_states(Med& med, std::uint64_t med_number) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = cross_states_.find(med_number); found != cross_states_.end()) return found->second;
  }
  CrossStates made = med->cross_states(states_);
  const std::lock_guard lock(mutex_);
  return cross_states_.try_emplace(med_number, std::move(made)).first->second;
}

std::uint64_t TorchFeatures::derived_bytes() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t bytes = 0;
  for (const auto& [med, states] : cross_states_) {
    for (const KeyValue& layer : states) bytes += layer.key.nbytes() + layer.value.nbytes();
  }
  return bytes;
}

void TorchFeatures::drop_derived() const {
  std::map<std::uint64_t, CrossStates> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(cross_states_);
}

std::vector<const TorchFeatures*> torch_frames(const Clip& clip) {
  TORCH_CHECK(!clip.frames.empty(), "a clip needs at least one frame");
  std::vector<const TorchFeatures*> frames;
  for (const auto& frame : clip.frames) {
    frames.push_back(dynamic_cast<const TorchFeatures*>(frame.get()));
    TORCH_CHECK(frames.back() != nullptr, "image features of another backend");
  }
  return frames;
}

std::vector<torch::Tensor> frame_states(const Clip& clip) {
  std::vector<torch::Tensor> states;
  for (const TorchFeatures* frame : torch_frames(clip)) states.push_back(frame->states());
  return states;
}

}  // namespace blip
