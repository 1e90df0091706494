#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "core/engine/backend.h"
#include "core/engine/torch_backend/torch_device.h"
#include "core/model/med.h"

namespace blip {

Matrix to_matrix(const torch::Tensor& tensor);  // [R, C] any float dtype and device -> host float32
torch::Tensor to_ids(std::span<const std::int64_t> ids, const torch::Device& device);  // -> [1, T] int64

// What a part of a model made of one image's features, and keeps with them.
struct DerivedStates {
  CrossStates key_values;  // a layer
  torch::Tensor states;    // undefined where key_values are all
};

// One image's features as a LibTorch tensor, with what was derived from them.
class TorchFeatures final : public ImageFeatures {
 public:
  explicit TorchFeatures(torch::Tensor states) : states_(std::move(states)) {}
  const torch::Tensor& states() const { return states_; }  // [1, N, V]
  std::int64_t tokens() const override { return states_.size(1); }
  std::int64_t width() const override { return states_.size(2); }
  Matrix to_matrix() const override;

  // make(states()) for the part with this process-wide number: made once, kept until drop_derived().
  DerivedStates derived(std::uint64_t part, const std::function<DerivedStates(const torch::Tensor&)>& make) const;
  std::uint64_t bytes() const override { return states_.nbytes(); }
  std::uint64_t derived_bytes() const override;
  void drop_derived() const override;

 private:
  torch::Tensor states_;
  mutable std::mutex mutex_;
  mutable std::map<std::uint64_t, DerivedStates> derived_;
};

std::uint64_t next_part_number();  // never given twice in a process

// The frames of a clip. Throws c10::Error when the clip is empty or not made by this backend.
std::vector<const TorchFeatures*> torch_frames(const Clip& clip);
std::vector<torch::Tensor> frame_states(const Clip& clip);  // of each, [1, N, V]

// The features of each picture; encode: images [B, 3, S, S] where `placement` says -> [B, N, V].
std::vector<std::shared_ptr<const ImageFeatures>> encode_pixels(
    PixelBatch pixels, const TorchPlacement& placement,
    const std::function<torch::Tensor(const torch::Tensor&)>& encode);
std::shared_ptr<const ImageFeatures> restored(const Matrix& tokens, const TorchPlacement& placement);  // a copy

// Numbers of texts as tensors [texts, length]: ids int64, keep bool.
struct PaddedTexts {
  torch::Tensor ids, keep;
};
PaddedTexts padded_texts(const TokenBatch& texts, const torch::Device& device);
// Which texts have which number of tokens: those of one length run together, without padding.
std::map<std::size_t, std::vector<std::int64_t>> by_length(const std::vector<std::vector<std::int64_t>>& texts);
std::vector<std::vector<std::int64_t>> unpadded(const TokenBatch& texts);

}  // namespace blip
