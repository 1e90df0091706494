#include "core/model/converted_linear.h"

#include <gtest/gtest.h>
#include <torch/nn/functional/linear.h>

#include "core/model/layers.h"
#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

// A 16-bit number is a float exactly: the products are those of the converted weight.
TEST(ConvertedLinear, IsTheProductWithTheConvertedWeight) {
  const auto x = waves({2, 3, 1500}), bias = waves({3100}, 1);
  for (const auto type : {torch::kFloat16, torch::kBFloat16}) {
    const auto weight = waves({3100, 1500}, 2).to(type);  // more than one part
    EXPECT_LE(max_difference(converted_linear(x, weight, bias), torch::linear(x, weight.to(torch::kFloat32), bias)),
              1e-3);
    EXPECT_LE(max_difference(converted_linear(x, weight, {}), torch::linear(x, weight.to(torch::kFloat32))), 1e-3);
  }
}

TEST(ConvertedLinear, LeavesTheRestToOthers) {
  const auto x = waves({2, 4}), weight = waves({3, 4});
  EXPECT_FALSE(converted_linear(x, weight, {}).defined());
  EXPECT_FALSE(converted_linear(x.to(torch::kBFloat16), weight, {}).defined());
  EXPECT_FALSE(converted_linear(x.to(torch::kBFloat16), weight.to(torch::kBFloat16), {}).defined());
}

TEST(ConvertedLinear, GradientsReachTheInput) {
  const auto x = waves({2, 4}).requires_grad_(), weight = waves({3, 4}).to(torch::kFloat16);
  converted_linear(x, weight, {}).sum().backward();
  EXPECT_LE(max_difference(x.grad(), weight.to(torch::kFloat32).sum(0).expand({2, 4})), 1e-6);
}

TEST(ConvertedLinear, ALayerTakesItByItself) {
  const torch::NoGradGuard no_grad;
  Linear exact(6, 5), half(6, 5);
  const auto weight = waves({5, 6}).to(torch::kFloat16), bias = waves({5}, 1);
  exact->weight.set_data(weight.to(torch::kFloat32));
  half->weight.set_data(weight);
  for (auto* layer : {&exact, &half}) (*layer)->bias.set_data(bias);
  EXPECT_LE(max_difference(half(waves({2, 6})), exact(waves({2, 6}))), 1e-6);
}

}  // namespace
}  // namespace blip::test
