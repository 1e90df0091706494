#include "training/losses/lm_loss.h"

#include <ATen/ATen.h>

namespace blip {
namespace {

torch::Tensor token_losses(const torch::Tensor& logits, const torch::Tensor& labels, double label_smoothing,
                           int64_t reduction) {
  TORCH_CHECK(logits.dim() == 3 && logits.size(0) == labels.size(0) && logits.size(1) == labels.size(1),
              "lm_loss: logits ", logits.sizes(), " vs labels ", labels.sizes());
  const auto predicted = logits.narrow(1, 0, logits.size(1) - 1).flatten(0, 1);  // [B (T-1), W]
  const auto expected = labels.narrow(1, 1, labels.size(1) - 1).flatten();       // [B (T-1)]
  return at::cross_entropy_loss(predicted, expected, /*weight=*/{}, reduction, kIgnoredLabel, label_smoothing);
}

}  // namespace

torch::Tensor lm_loss(const torch::Tensor& logits, const torch::Tensor& labels, double label_smoothing) {
  return token_losses(logits, labels, label_smoothing, at::Reduction::Mean);
}

torch::Tensor lm_loss_by_text(const torch::Tensor& logits, const torch::Tensor& labels, double label_smoothing) {
  return token_losses(logits, labels, label_smoothing, at::Reduction::None).view({labels.size(0), -1}).sum(1);
}

torch::Tensor lm_labels(const torch::Tensor& ids, const torch::Tensor& keep, int64_t prompt_tokens) {
  auto labels = ids.masked_fill(keep.logical_not(), kIgnoredLabel);
  if (prompt_tokens > 0) labels.narrow(1, 0, std::min(prompt_tokens, labels.size(1))).fill_(kIgnoredLabel);
  return labels;
}

torch::Tensor lm_labels(const torch::Tensor& ids, const torch::Tensor& keep, const torch::Tensor& prompt_tokens) {
  TORCH_CHECK(prompt_tokens.numel() == ids.size(0), "lm_labels: ", prompt_tokens.sizes(), " prompts for ", ids.sizes());
  const auto places = torch::arange(ids.size(1), ids.options());
  const auto prompt = places.unsqueeze(0).lt(prompt_tokens.unsqueeze(1));  // [B, T]
  return ids.masked_fill(keep.logical_not().logical_or(prompt), kIgnoredLabel);
}

}  // namespace blip
