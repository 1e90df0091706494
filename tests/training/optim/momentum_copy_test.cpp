#include "training/optim/momentum_copy.h"

#include <limits>

#include "gtest/gtest.h"

namespace blip {
namespace {

TEST(MomentumCopy, AveragesTheFirstParametersAndNoOthers) {
  auto first = torch::full({3}, 2.0f).requires_grad_(true), second = torch::full({2}, 8.0f).requires_grad_(true);
  FlatParameters flat({{"first", first}, {"second", second}});
  auto copy = torch::full({3}, 1.0f);
  MomentumCopy momentum(flat, {{"first_m", copy}});
  EXPECT_EQ(copy[0].item<float>(), 1);
  momentum.update(0.75);
  EXPECT_EQ(copy[2].item<float>(), 1.25f);
  copy.fill_(std::numeric_limits<float>::quiet_NaN());
  momentum.assign();
  EXPECT_EQ(copy[0].item<float>(), 2);
  EXPECT_EQ(second[0].item<float>(), 8);
  EXPECT_FALSE(copy.requires_grad());
}

TEST(MomentumCopy, RefusesACopyOfAnotherSize) {
  auto first = torch::zeros({3}).requires_grad_(true);
  FlatParameters flat({{"first", first}});
  EXPECT_THROW(MomentumCopy(flat, {{"first_m", torch::zeros({4})}}), c10::Error);
  EXPECT_THROW(MomentumCopy(flat, {}), c10::Error);
}

}  // namespace
}  // namespace blip
