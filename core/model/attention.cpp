#include "core/model/attention.h"

#include <cmath>

namespace blip {

torch::Tensor split_heads(const torch::Tensor& x, int64_t heads) {
  return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

torch::Tensor merge_heads(const torch::Tensor& x) {
  return x.transpose(1, 2).flatten(2);
}

namespace {

// G queries on the same keys and values are one that is G times as long.
torch::Tensor attend_in_groups(const torch::Tensor& query, const KeyValue& kv, double dropout, double scale) {
  const auto batch = kv.key.size(0), heads = query.size(1), length = query.size(2), width = query.size(3);
  const auto group = query.size(0) / batch;
  const auto longer = query.unflatten(0, {batch, group}).transpose(1, 2).reshape({batch, heads, group * length, width});
  const auto context = attend(longer, kv, /*bias=*/{}, dropout, scale);  // [B / G, H, G x T, D/H]
  return context.view({batch, heads, group, length, -1}).transpose(1, 2).flatten(0, 1);
}

}  // namespace

torch::Tensor attend(const torch::Tensor& query, const KeyValue& kv, const torch::Tensor& bias, double dropout,
                     double scale) {
  const auto sources = kv.key.size(0);
  if (!bias.defined() && sources < query.size(0)) {  // matmul would copy keys and values for every query
    TORCH_CHECK(query.size(0) % sources == 0, "attend: ", query.sizes(), " on ", kv.key.sizes());
    return attend_in_groups(query, kv, dropout, scale);
  }
  if (scale == 0) scale = 1.0 / std::sqrt(static_cast<double>(query.size(3)));
  auto scores = torch::matmul(query, kv.key.transpose(2, 3)) * scale;  // [B, H, T, N]
  if (bias.defined()) scores = scores + bias;
  auto probabilities = torch::softmax(scores, /*dim=*/-1);
  if (dropout > 0) probabilities = torch::dropout(probabilities, dropout, /*train=*/true);
  return torch::matmul(probabilities, kv.value);
}

torch::Tensor mask_bias(const torch::Tensor& keep, torch::ScalarType dtype) {
  return keep.logical_not().to(dtype) * -10000.0;
}

torch::Tensor causal_mask(int64_t length, const torch::Device& device) {
  return torch::ones({length, length}, torch::dtype(torch::kBool).device(device)).tril();
}

}  // namespace blip
