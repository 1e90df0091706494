#include "core/engine/torch_backend/torch_features.h"

#include <algorithm>
#include <atomic>

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

DerivedStates TorchFeatures::derived(std::uint64_t part,
                                     const std::function<DerivedStates(const torch::Tensor&)>& make) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = derived_.find(part); found != derived_.end()) return found->second;
  }
  DerivedStates made = make(states_);
  const std::lock_guard lock(mutex_);
  return derived_.try_emplace(part, std::move(made)).first->second;
}

std::uint64_t TorchFeatures::derived_bytes() const {
  const auto size = [](const torch::Tensor& tensor) { return tensor.defined() ? tensor.nbytes() : 0; };
  const std::lock_guard lock(mutex_);
  std::uint64_t bytes = 0;
  for (const auto& [part, made] : derived_) {
    bytes += size(made.states);
    for (const KeyValue& layer : made.key_values) bytes += size(layer.key) + size(layer.value);
  }
  return bytes;
}

void TorchFeatures::drop_derived() const {
  std::map<std::uint64_t, DerivedStates> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(derived_);
}

std::uint64_t next_part_number() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
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

std::vector<std::shared_ptr<const ImageFeatures>> encode_pixels(
    PixelBatch pixels, const TorchPlacement& placement,
    const std::function<torch::Tensor(const torch::Tensor&)>& encode) {
  const auto images = torch::from_blob(const_cast<float*>(pixels.values), {pixels.images, 3, pixels.side, pixels.side},
                                       torch::kFloat32);
  // One picture keeps all cores of a CPU busy, and its intermediate results stay small; a GPU wants many at once.
  const int64_t together = placement.device.is_cpu() ? 1 : pixels.images;
  std::vector<std::shared_ptr<const ImageFeatures>> features;
  for (const auto& part : images.split(together)) {
    const auto states = encode(part.to(placement.device, placement.dtype));  // [part, N, V]
    for (int64_t i = 0; i < states.size(0); ++i) {
      // A copy, so that one kept frame does not keep its whole batch.
      const auto own = states.size(0) == 1 ? states : states.narrow(/*dim=*/0, i, 1).clone();
      features.push_back(std::make_shared<TorchFeatures>(own));
    }
  }
  return features;
}

std::shared_ptr<const ImageFeatures> restored(const Matrix& tokens, const TorchPlacement& placement) {
  const auto states =
      torch::from_blob(const_cast<float*>(tokens.values.data()), {1, tokens.rows, tokens.columns}, torch::kFloat32);
  return std::make_shared<TorchFeatures>(
      states.to(placement.device, placement.dtype, /*non_blocking=*/false, /*copy=*/true));
}

PaddedTexts padded_texts(const TokenBatch& texts, const torch::Device& device) {
  auto ids = torch::empty({texts.texts, texts.length}, torch::kInt64);
  auto keep = torch::empty({texts.texts, texts.length}, torch::kBool);
  std::copy(texts.ids.begin(), texts.ids.end(), ids.data_ptr<int64_t>());
  std::copy(texts.mask.begin(), texts.mask.end(), keep.data_ptr<bool>());
  return {ids.to(device), keep.to(device)};
}

std::vector<std::vector<std::int64_t>> unpadded(const TokenBatch& texts) {
  std::vector<std::vector<std::int64_t>> ids(static_cast<size_t>(texts.texts));
  for (int64_t text = 0; text < texts.texts; ++text) {
    for (int64_t t = text * texts.length; t < (text + 1) * texts.length; ++t) {
      if (texts.mask[t] != 0) ids[text].push_back(texts.ids[t]);
    }
  }
  return ids;
}

std::map<std::size_t, std::vector<std::int64_t>> by_length(const std::vector<std::vector<std::int64_t>>& texts) {
  std::map<size_t, std::vector<int64_t>> groups;
  for (size_t i = 0; i < texts.size(); ++i) groups[texts[i].size()].push_back(static_cast<int64_t>(i));
  return groups;
}

}  // namespace blip
