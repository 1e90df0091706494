#include "core/model/attention.h"

#include <cmath>

namespace blip {

torch::Tensor split_heads(const torch::Tensor& x, int64_t heads) {
  return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

torch::Tensor merge_heads(const torch::Tensor& x) {
  return x.transpose(1, 2).flatten(2);
}

torch::Tensor attend(const torch::Tensor& query, const KeyValue& kv, const torch::Tensor& bias, double dropout) {
  const int64_t batch = query.size(0), heads = query.size(1), length = query.size(2), width = query.size(3);
  if (batch > 1 && kv.key.size(0) == 1 && !bias.defined() && dropout == 0) {
    // All queries as those of one text: matmul would copy the keys and values for every text.
    const auto together = query.transpose(0, 1).reshape({1, heads, batch * length, width});
    return attend(together, kv, bias).view({heads, batch, length, width}).transpose(0, 1);
  }
  const double scale = 1.0 / std::sqrt(static_cast<double>(query.size(3)));
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
