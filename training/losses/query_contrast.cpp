#include "training/losses/query_contrast.h"

#include <ATen/ATen.h>

namespace blip {
namespace {

// [B, K] bool: the own pair, or every pair of the same picture.
torch::Tensor positives(const QueryContrastInputs& in, const torch::Tensor& sim) {
  if (in.image_ids.defined()) return in.image_ids.unsqueeze(1).eq(in.all_image_ids.unsqueeze(0));
  auto own = torch::zeros(sim.sizes(), sim.options().dtype(torch::kBool).requires_grad(false));
  own.narrow(1, in.first, sim.size(0)).fill_diagonal_(true);
  return own;
}

torch::Tensor loss_one_way(const QueryContrastInputs& in, const torch::Tensor& sim, double label_smoothing) {
  if (!in.image_ids.defined()) {
    const auto targets = torch::arange(in.first, in.first + sim.size(0), in.image.options().dtype(torch::kInt64));
    return at::cross_entropy_loss(sim, targets, /*weight=*/{}, at::Reduction::Mean, /*ignore_index=*/-100,
                                  label_smoothing);
  }
  auto targets = positives(in, sim).to(sim.scalar_type());
  targets = (1 - label_smoothing) * targets / targets.sum(1, /*keepdim=*/true) +
            label_smoothing / static_cast<double>(sim.size(1));
  return -(torch::log_softmax(sim, 1) * targets).sum(1).mean();
}

}  // namespace

QueryContrastOutputs query_contrast(const QueryContrastInputs& in, const torch::Tensor& temperature,
                                    double label_smoothing) {
  TORCH_CHECK(in.image.dim() == 3 && in.all_images.dim() == 3, "query_contrast: images ", in.image.sizes(), ", ",
              in.all_images.sizes());
  // Rows (b, q) against texts, then the best query.
  const auto best = [](const torch::Tensor& images, const torch::Tensor& texts) {
    return torch::matmul(images.flatten(0, 1), texts.t()).view({images.size(0), images.size(1), -1}).amax(1);
  };
  const auto sim_i2t = best(in.image, in.all_texts) / temperature;      // [B, K]
  const auto sim_t2i = best(in.all_images, in.text).t() / temperature;  // [B, K]
  const auto loss = (loss_one_way(in, sim_i2t, label_smoothing) + loss_one_way(in, sim_t2i, label_smoothing)) / 2;
  return {loss, sim_i2t, sim_t2i};
}

torch::Tensor query_negative_weights(const torch::Tensor& sim, const QueryContrastInputs& in) {
  const torch::NoGradGuard no_grad;
  constexpr double kNever = -10000;
  return torch::softmax(sim.masked_fill(positives(in, sim), kNever), 1);
}

}  // namespace blip
