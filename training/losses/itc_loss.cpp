#include "training/losses/itc_loss.h"

namespace blip {

ItcOutputs itc_loss(const ItcInputs& in, const torch::Tensor& temperature, double alpha) {
  TORCH_CHECK(in.image.sizes() == in.text.sizes(), "itc_loss: image ", in.image.sizes(), " vs text ", in.text.sizes());
  TORCH_CHECK(alpha >= 0 && alpha <= 1, "itc_loss: alpha is ", alpha, ", which is outside [0, 1]");
  const auto images = torch::cat({in.image_m.t(), in.image_queue}, /*dim=*/1);  // [E, B+Q]
  const auto texts = torch::cat({in.text_m.t(), in.text_queue}, /*dim=*/1);     // [E, B+Q]
  torch::Tensor positives = in.positives;
  if (!positives.defined()) {
    positives = torch::zeros({in.image.size(0), images.size(1)}, in.image.options().requires_grad(false));
    positives.fill_diagonal_(1);
  }
  const auto loss_one_way = [&](const torch::Tensor& sim, const torch::Tensor& query_m, const torch::Tensor& bank) {
    torch::Tensor target = positives;  // [B, B+Q] rows sum to 1
    if (alpha > 0) {
      const torch::NoGradGuard no_grad;
      target = alpha * torch::softmax(query_m.mm(bank) / temperature, 1) + (1 - alpha) * positives;
    }
    return -(torch::log_softmax(sim, 1) * target).sum(1).mean();
  };
  const auto sim_i2t = in.image.mm(texts) / temperature, sim_t2i = in.text.mm(images) / temperature;
  const auto loss = (loss_one_way(sim_i2t, in.image_m, texts) + loss_one_way(sim_t2i, in.text_m, images)) / 2;
  return {loss, sim_i2t, sim_t2i};
}

torch::Tensor same_picture_positives(const torch::Tensor& idx, const torch::Tensor& idx_queue) {
  const auto all = torch::cat({idx, idx_queue});                                // [B+Q]
  const auto same = idx.unsqueeze(1).eq(all.unsqueeze(0)).to(torch::kFloat32);  // [B, B+Q]
  return same / same.sum(1, /*keepdim=*/true);
}

}  // namespace blip
