#pragma once

#include "core/model/torch_compat.h"
#include "training/data/batch.h"

namespace blip {

// Texts as a model reads them.
struct TextTensors {
  torch::Tensor ids;   // [B, T] int64
  torch::Tensor keep;  // [B, T] bool, false = padding
};

// pixels of `count` pictures of side S: [count, 3, S, S] float on the device.
torch::Tensor image_tensor(const std::vector<float>& pixels, std::int64_t count, std::int64_t side,
                           const torch::Device& device);

// What the image encoder made of the pictures before: [B, N, V] float on the device.
torch::Tensor stored_states(const Batch& batch, const torch::Device& device);

// Without the columns that are padding in every text: they change nothing but the time.
TextTensors text_tensors(const TokenBatch& texts, const torch::Device& device);

// The same with another first token.
TextTensors with_first_token(const TextTensors& texts, std::int64_t token);

// Numbers as a tensor on the device.
torch::Tensor to_tensor(const std::vector<std::int64_t>& values, const torch::Device& device);
torch::Tensor to_tensor(const std::vector<float>& values, const torch::Device& device);

}  // namespace blip
