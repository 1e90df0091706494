#pragma once

#include <functional>

#include "core/model/torch_compat.h"
#include "gtest/gtest.h"

namespace blip::test {

// Compares the gradient of a scalar function at `point` (float64) with central differences, number by number.
inline void expect_gradient_of_differences(const std::function<torch::Tensor(const torch::Tensor&)>& function,
                                           const torch::Tensor& point) {
  const double step = 1e-6;
  auto leaf = point.detach().clone().requires_grad_(true);
  function(leaf).backward();
  const auto gradient = leaf.grad().flatten();
  const torch::NoGradGuard no_grad;
  for (int64_t i = 0; i < point.numel(); ++i) {
    auto above = point.detach().clone(), below = point.detach().clone();
    above.view(-1)[i] += step;
    below.view(-1)[i] -= step;
    const double difference = (function(above) - function(below)).item<double>() / (2 * step);
    EXPECT_NEAR(gradient[i].item<double>(), difference, 1e-7 + 1e-5 * std::abs(difference)) << "number " << i;
  }
}

}  // namespace blip::test
