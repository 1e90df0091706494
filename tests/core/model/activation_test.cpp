#include "core/model/activation.h"

#include <gtest/gtest.h>

#include <cmath>

namespace blip::test {
namespace {

TEST(Activation, IsWhatItsNameSays) {
  for (const double x : {-3.0, -0.5, 0.0, 0.7, 2.0}) {
    const auto of = [x](Activation activation) {
      return activate(torch::tensor({x}, torch::kFloat64), activation).item<double>();
    };
    EXPECT_NEAR(of(Activation::kRelu), x > 0 ? x : 0, 1e-12);
    EXPECT_NEAR(of(Activation::kGelu), 0.5 * x * (1 + std::erf(x / std::sqrt(2))), 1e-12);
    const double inner = std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x);
    EXPECT_NEAR(of(Activation::kGeluTanh), 0.5 * x * (1 + std::tanh(inner)), 1e-12);
    EXPECT_NEAR(of(Activation::kQuickGelu), x / (1 + std::exp(-1.702 * x)), 1e-12);
  }
}

}  // namespace
}  // namespace blip::test
