#include "core/model/layers.h"

#include <gtest/gtest.h>

#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

TEST(Layers, LinearIsWeightTimesInputPlusBias) {
  Linear linear(2, 3);
  linear->weight.set_data(torch::tensor({{1.f, 2.f}, {0.f, 1.f}, {-1.f, 0.f}}));
  linear->bias.set_data(torch::tensor({10.f, 20.f, 30.f}));
  const auto out = linear(torch::tensor({{3.f, 4.f}}));
  EXPECT_TRUE(torch::equal(out, torch::tensor({{21.f, 24.f, 27.f}})));
}

TEST(Layers, ALinearNeedsNoBias) {
  Linear linear(2, 3, /*with_bias=*/false);
  linear->weight.set_data(torch::tensor({{1.f, 2.f}, {0.f, 1.f}, {-1.f, 0.f}}));
  EXPECT_EQ(linear->named_parameters().size(), 1u);
  const auto x = torch::tensor({{3.f, 4.f}}), expected = torch::tensor({{11.f, 4.f, -3.f}});
  EXPECT_TRUE(torch::equal(linear(x), expected));
  const torch::NoGradGuard no_grad;  // another product
  EXPECT_TRUE(torch::equal(linear(x), expected));
  set_linear_product(*linear, LinearProduct::kOneDnnAlways);
  EXPECT_TRUE(torch::equal(linear(x.expand({40, 2})), expected.expand({40, 3})));
}

TEST(Layers, SharingNeedsTheSameParts) {
  Linear with(2, 3), without(2, 3, /*with_bias=*/false);
  EXPECT_THROW(without->share(*with), c10::Error);
}

TEST(Layers, LayerNormHasMeanBiasAndSpreadWeight) {
  LayerNorm norm(4, 0.0);
  norm->weight.set_data(torch::full({4}, 2.f));
  norm->bias.set_data(torch::full({4}, 5.f));
  const auto out = norm(torch::tensor({{1.f, 2.f, 3.f, 4.f}}));
  // (x - 2.5) / sqrt(1.25) * 2 + 5
  const double step = 2 / std::sqrt(1.25);
  EXPECT_NEAR(out[0][0].item<double>(), 5 - 1.5 * step, 1e-5);
  EXPECT_NEAR(out[0][3].item<double>(), 5 + 1.5 * step, 1e-5);
}

TEST(Layers, LayerNormOfEqualValuesIsItsBias) {
  LayerNorm norm(4, 1.0);
  norm->weight.set_data(torch::ones({4}));
  norm->bias.set_data(torch::tensor({1.f, 2.f, 3.f, 4.f}));
  EXPECT_LE(max_difference(norm(torch::full({2, 4}, 7.f)), norm->bias.expand({2, 4})), 1e-6);
}

TEST(Layers, EmbeddingPicksRows) {
  Embedding embedding(3, 2);
  embedding->weight.set_data(torch::tensor({{0.f, 1.f}, {2.f, 3.f}, {4.f, 5.f}}));
  EXPECT_TRUE(torch::equal(embedding(torch::tensor({{2, 0}})), torch::tensor({{{4.f, 5.f}, {0.f, 1.f}}})));
  EXPECT_THROW(embedding(torch::tensor({{3}})), c10::Error);
}

}  // namespace
}  // namespace blip::test
