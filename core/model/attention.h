#pragma once

#include "core/model/torch_compat.h"

namespace blip {

// Keys and values of one attention, heads apart: [B, H, N, D/H] float each.
struct KeyValue {
  torch::Tensor key, value;
};

torch::Tensor split_heads(const torch::Tensor& x, int64_t heads);  // [B, T, D] -> [B, H, T, D/H], a view
torch::Tensor merge_heads(const torch::Tensor& x);                 // [B, H, T, D/H] -> [B, T, D]

// Scaled dot-product attention (arXiv 1706.03762). query [B, H, T, D/H]; kv: batch B; 1, for all queries; or, without a
// bias, B / G, each for G queries in a row. bias: added to the scores, broadcast to [B, H, T, N]; undefined = none.
// dropout: share of the probabilities that are zeroed, in training. scale: of the scores, 0 = 1 / sqrt(D/H). Returns
// [B, H, T, D/H].
torch::Tensor attend(const torch::Tensor& query, const KeyValue& kv, const torch::Tensor& bias, double dropout = 0,
                     double scale = 0);

// Bool masks, true = may look, to what is added to scores: 0 or -10000, as the original does.
torch::Tensor mask_bias(const torch::Tensor& keep, torch::ScalarType dtype);
torch::Tensor causal_mask(int64_t length,
                          const torch::Device& device);  // [length, length] bool, row t sees columns 0..t

}  // namespace blip
