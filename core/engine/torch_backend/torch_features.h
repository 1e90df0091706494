#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "core/engine/backend.h"
#include "core/model/med.h"

namespace blip {

Matrix to_matrix(const torch::Tensor& tensor);  // [R, C] any float dtype and device -> host float32
torch::Tensor to_ids(std::span<const std::int64_t> ids, const torch::Device& device);  // -> [1, T] int64

// The ViT's output of one image as a LibTorch tensor, with the keys and values that MEDs have made of it.
class TorchFeatures final : public ImageFeatures {
 public:
  explicit TorchFeatures(torch::Tensor states) : states_(std::move(states)) {}
  const torch::Tensor& states() const { return states_; }  // [1, N, V]
  std::int64_t tokens() const override { return states_.size(1); }
  std::int64_t width() const override { return states_.size(2); }
  Matrix to_matrix() const override;

  // Keys and values for the MED with this process-wide number: made once, kept until drop_derived().
  CrossStates cross_states(Med& med, std::uint64_t med_number) const;
  std::uint64_t bytes() const override { return states_.nbytes(); }
  std::uint64_t derived_bytes() const override;
  void drop_derived() const override;

 private:
  torch::Tensor states_;
  mutable std::mutex mutex_;
  mutable std::map<std::uint64_t, CrossStates> cross_states_;
};

// The frames of a clip. Throws c10::Error when the clip is empty or not made by this backend.
std::vector<const TorchFeatures*> torch_frames(const Clip& clip);
std::vector<torch::Tensor> frame_states(const Clip& clip);  // of each, [1, N, V]

}  // namespace blip
