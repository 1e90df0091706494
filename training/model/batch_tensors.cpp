#include "training/model/batch_tensors.h"

namespace blip {
namespace {

// A copy: the batch's memory is used again.
template <class Value>
torch::Tensor copied(const std::vector<Value>& values, at::IntArrayRef sizes, torch::ScalarType type,
                     const torch::Device& device) {
  return torch::from_blob(const_cast<Value*>(values.data()), sizes, type).clone().to(device);
}

}  // namespace

torch::Tensor image_tensor(const std::vector<float>& pixels, std::int64_t count, std::int64_t side,
                           const torch::Device& device) {
  TORCH_CHECK(static_cast<std::int64_t>(pixels.size()) == count * 3 * side * side, "batch: ", pixels.size(),
              " numbers for ", count, " pictures of side ", side);
  return copied(pixels, {count, 3, side, side}, torch::kFloat32, device);
}

torch::Tensor stored_states(const Batch& batch, const torch::Device& device) {
  TORCH_CHECK(static_cast<std::int64_t>(batch.states.size()) == batch.size * batch.state_tokens * batch.state_width,
              "batch: ", batch.states.size(), " numbers for the states of ", batch.size, " pictures");
  return torch::from_blob(const_cast<std::uint16_t*>(batch.states.data()),
                          {batch.size, batch.state_tokens, batch.state_width}, torch::kHalf)
      .to(device, torch::kFloat32);
}

TextTensors text_tensors(const TokenBatch& texts, const torch::Device& device) {
  TORCH_CHECK(static_cast<std::int64_t>(texts.ids.size()) == texts.texts * texts.length &&
                  texts.mask.size() == texts.ids.size(),
              "batch: ", texts.ids.size(), " ids for ", texts.texts, " texts of ", texts.length);
  std::int64_t longest = 1;
  for (std::int64_t i = 0; i < texts.texts * texts.length; ++i) {
    if (texts.mask[static_cast<std::size_t>(i)] != 0) longest = std::max(longest, i % texts.length + 1);
  }
  const auto ids = copied(texts.ids, {texts.texts, texts.length}, torch::kInt64, torch::kCPU);
  const auto mask = copied(texts.mask, {texts.texts, texts.length}, torch::kUInt8, torch::kCPU);
  return {ids.narrow(1, 0, longest).contiguous().to(device),
          mask.narrow(1, 0, longest).to(torch::kBool).contiguous().to(device)};
}

TextTensors with_first_token(const TextTensors& texts, std::int64_t token) {
  auto ids = texts.ids.clone();
  ids.select(1, 0).fill_(token);
  return {ids, texts.keep};
}

torch::Tensor to_tensor(const std::vector<std::int64_t>& values, const torch::Device& device) {
  return copied(values, {static_cast<std::int64_t>(values.size())}, torch::kInt64, device);
}

torch::Tensor to_tensor(const std::vector<float>& values, const torch::Device& device) {
  return copied(values, {static_cast<std::int64_t>(values.size())}, torch::kFloat32, device);
}

}  // namespace blip
