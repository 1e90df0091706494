#include "training/losses/hard_negatives.h"

namespace blip {

torch::Tensor pretrain_negative_weights(const torch::Tensor& sim) {
  const torch::NoGradGuard no_grad;
  auto weights = torch::softmax(sim, 1) + 1e-4;
  return weights.fill_diagonal_(0);
}

torch::Tensor retrieval_negative_weights(const torch::Tensor& query, const torch::Tensor& candidates,
                                         const torch::Tensor& temperature, const torch::Tensor& idx,
                                         const torch::Tensor& candidate_idx) {
  const torch::NoGradGuard no_grad;
  const auto same = idx.unsqueeze(1).eq(candidate_idx.unsqueeze(0));  // [B, C]
  return torch::softmax(query.mm(candidates.t()) / temperature, 1).masked_fill(same, 0);
}

torch::Tensor draw_negatives(const torch::Tensor& weights) {
  const torch::NoGradGuard no_grad;
  TORCH_CHECK(weights.size(1) > 1, "hard negatives need at least 2 pairs a batch, not ", weights.size(1));
  const auto row_sums = weights.sum(1, /*keepdim=*/true);
  auto drawn = weights;
  const auto usable = row_sums.gt(0).logical_and(row_sums.isfinite());
  if (!usable.all().item<bool>()) {
    const auto others = torch::ones_like(weights).fill_diagonal_(0);
    drawn = torch::where(usable, weights, others);
  }
  return torch::multinomial(drawn, 1).squeeze(1);
}

}  // namespace blip
