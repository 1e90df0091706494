#include "training/optim/flat_parameters.h"

#include "gtest/gtest.h"

namespace blip {
namespace {

TEST(FlatParameters, KeepValuesAndReceiveGradients) {
  auto weight = torch::tensor({{1.0f, 2.0f}, {3.0f, 4.0f}}).requires_grad_(true);
  auto bias = torch::tensor({5.0f}).requires_grad_(true);
  FlatParameters flat({{"weight", weight}, {"bias", bias}});
  EXPECT_EQ(flat.parameter_count(), 5);
  EXPECT_EQ(weight[1][0].item<float>(), 3);
  ((weight * weight).sum() + 7 * bias.sum()).backward();
  const auto& slices = flat.slices();
  ASSERT_EQ(slices.size(), 2u);
  EXPECT_EQ(flat.gradients()[slices[0].begin + 2].item<float>(), 6);
  EXPECT_EQ(flat.gradients()[slices[1].begin].item<float>(), 7);
  // A second backward adds up, until they are zeroed.
  bias.sum().backward();
  EXPECT_EQ(flat.gradients()[slices[1].begin].item<float>(), 8);
  flat.zero_gradients();
  EXPECT_EQ(bias.grad().item<float>(), 0);
  flat.values()[slices[1].begin] = 9;
  EXPECT_EQ(bias.item<float>(), 9);
}

TEST(FlatParameters, ClippingScalesToTheLargestNormAndNoFurther) {
  auto weight = torch::zeros({2}).requires_grad_(true);
  FlatParameters flat({{"weight", weight}});
  weight.mutable_grad().copy_(torch::tensor({3.0f, 4.0f}));
  EXPECT_DOUBLE_EQ(flat.gradient_norm(), 5);
  flat.clip_gradients(5, 10);
  EXPECT_EQ(weight.grad()[0].item<float>(), 3);
  flat.clip_gradients(5, 1);
  EXPECT_NEAR(flat.gradient_norm(), 1, 1e-5);
}

TEST(FlatParameters, RefuseWhatIsNoParameter) {
  EXPECT_THROW(FlatParameters({}), c10::Error);
  EXPECT_THROW(FlatParameters({{"fixed", torch::zeros({2})}}), c10::Error);
  EXPECT_THROW(FlatParameters({{"double", torch::zeros({2}, torch::kFloat64).requires_grad_(true)}}), c10::Error);
}

}  // namespace
}  // namespace blip
