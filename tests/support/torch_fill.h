#pragma once

#include "core/model/torch_compat.h"

namespace blip::test {

// Gives every parameter fixed values of sensible size, so that modules can be tested without a checkpoint. Norms'
// weights are near one.
inline void fill(torch::nn::Module& module) {
  const torch::NoGradGuard no_grad;
  double phase = 0;
  for (auto& parameter : module.named_parameters()) {
    auto& tensor = parameter.value();
    const bool norm_weight = tensor.dim() == 1 && parameter.key().ends_with("weight");
    const auto waves = torch::cos(torch::arange(tensor.numel(), torch::kFloat64) * 1.7 + phase).view(tensor.sizes());
    tensor.copy_(norm_weight ? 1 + 0.1 * waves : 0.4 * waves);
    phase += 0.3;
  }
}

inline torch::Tensor waves(torch::IntArrayRef shape, double phase = 0) {
  const auto count = c10::multiply_integers(shape);
  return torch::sin(torch::arange(count, torch::kFloat64) * 0.37 + phase).to(torch::kFloat32).view(shape);
}

inline double max_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

}  // namespace blip::test
