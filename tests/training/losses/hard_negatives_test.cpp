#include "training/losses/hard_negatives.h"

#include <cmath>

#include "gtest/gtest.h"

namespace blip {
namespace {

TEST(HardNegatives, PretrainingWeightsAreTheSoftmaxPlusALittleWithoutTheOwnPair) {
  const auto sim = torch::tensor({{1.0, 0.0}, {0.0, 2.0}});
  const auto weights = pretrain_negative_weights(sim);
  ASSERT_EQ(weights.sizes(), (std::vector<int64_t>{2, 2}));
  EXPECT_EQ(weights[0][0].item<double>(), 0);
  EXPECT_EQ(weights[1][1].item<double>(), 0);
  EXPECT_NEAR(weights[0][1].item<double>(), 1 / (1 + std::exp(1.0)) + 1e-4, 1e-6);
  EXPECT_NEAR(weights[1][0].item<double>(), 1 / (1 + std::exp(2.0)) + 1e-4, 1e-6);
}

TEST(HardNegatives, RetrievalNeverTakesTheSamePicture) {
  const auto query = torch::eye(3), idx = torch::tensor({4, 5, 4}, torch::kInt64);
  const auto weights = retrieval_negative_weights(query, query, torch::tensor(0.5), idx, idx);
  EXPECT_EQ(weights[0][0].item<double>(), 0);
  EXPECT_EQ(weights[0][2].item<double>(), 0);
  EXPECT_NEAR(weights[0][1].item<double>(), 1 / (2 + std::exp(2.0)), 1e-6);
  for (int draw = 0; draw < 50; ++draw) {
    const auto chosen = draw_negatives(weights);
    EXPECT_EQ(chosen[0].item<int64_t>(), 1);
    EXPECT_NE(chosen[1].item<int64_t>(), 1);
  }
}

TEST(HardNegatives, AreDrawnByTheirWeights) {
  torch::manual_seed(3);
  const auto weights = torch::tensor({{0.0, 0.9, 0.1}}).expand({4000, 3});
  const auto chosen = draw_negatives(weights);
  EXPECT_EQ(chosen.eq(0).sum().item<int64_t>(), 0);
  // 4000 draws of probability 0.9: the deviation is 19; six of them.
  EXPECT_NEAR(static_cast<double>(chosen.eq(1).sum().item<int64_t>()), 3600, 114);
}

TEST(HardNegatives, ABatchOfOnePictureStillHasOthersAndOnePairHasNone) {
  const auto chosen = draw_negatives(torch::zeros({3, 3}));
  for (int64_t i = 0; i < 3; ++i) EXPECT_NE(chosen[i].item<int64_t>(), i);
  EXPECT_THROW(draw_negatives(torch::zeros({1, 1})), c10::Error);
  const auto broken = draw_negatives(torch::full({3, 3}, std::nan("")));
  for (int64_t i = 0; i < 3; ++i) EXPECT_NE(broken[i].item<int64_t>(), i);
}

}  // namespace
}  // namespace blip
