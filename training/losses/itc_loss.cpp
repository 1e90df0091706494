#include "training/losses/itc_loss.h"

namespace blip {

ItcOutputs itc_loss(const ItcInputs& in, const torch::Tensor& temperature, double alpha) {
  TORCH_CHECK(in.image.sizes() == in.text.sizes(), "itc_loss: image ", in.image.sizes(), " vs text ", in.text.sizes());
  TORCH_CHECK(alpha >= 0 && alpha <= 1, "itc_loss: alpha is ", alpha, ", which is outside [0, 1]");
  const auto batch = in.image.size(0);
  TORCH_CHECK(in.first >= 0 && in.first + batch <= in.image_m.size(0), "itc_loss: ", batch, " pairs from key ",
              in.first, " of ", in.image_m.size(0));
  const auto images = torch::cat({in.image_m.t(), in.image_queue}, /*dim=*/1);  // [E, K+Q]
  const auto texts = torch::cat({in.text_m.t(), in.text_queue}, /*dim=*/1);     // [E, K+Q]
  torch::Tensor positives = in.positives;
  if (!positives.defined()) {
    positives = torch::zeros({batch, images.size(1)}, in.image.options().requires_grad(false));
    positives.narrow(1, in.first, batch).fill_diagonal_(1);
  }
  const auto loss_one_way = [&](const torch::Tensor& sim, const torch::Tensor& query_m, const torch::Tensor& bank) {
    torch::Tensor target = positives;  // [B, K+Q] rows sum to 1
    if (alpha > 0) {
      const torch::NoGradGuard no_grad;
      const auto teacher = query_m.narrow(0, in.first, batch).mm(bank) / temperature;
      target = alpha * torch::softmax(teacher, 1) + (1 - alpha) * positives;
    }
    return -(torch::log_softmax(sim, 1) * target).sum(1).mean();
  };
  const auto sim_i2t = in.image.mm(texts) / temperature, sim_t2i = in.text.mm(images) / temperature;
  const auto loss = (loss_one_way(sim_i2t, in.image_m, texts) + loss_one_way(sim_t2i, in.text_m, images)) / 2;
  return {loss, sim_i2t.narrow(1, in.first, batch), sim_t2i.narrow(1, in.first, batch)};
}

torch::Tensor same_picture_positives(const torch::Tensor& idx, const torch::Tensor& keys) {
  const auto same = idx.unsqueeze(1).eq(keys.unsqueeze(0)).to(torch::kFloat32);  // [B, K+Q]
  return same / same.sum(1, /*keepdim=*/true);
}

}  // namespace blip
