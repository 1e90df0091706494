#include "core/engine/packed_backend/token_loss.h"

#include <gtest/gtest.h>

#include <cmath>

namespace blip::test {
namespace {

// Probabilities 1/8, 1/4, 1/8, 1/2.
const std::vector<float> kLogits{0, std::log(2.0f), 0, std::log(4.0f)};

TEST(TokenLoss, IsTheLogarithmOfTheTokensProbability) {
  auto logits = kLogits;
  EXPECT_NEAR(token_loss(vector_loops(), logits.data(), 4, 1, 0), std::log(4.0), 1e-6);
}

TEST(TokenLoss, SmoothingSpreadsAShareOverAllTokens) {
  auto logits = kLogits;
  const double mean = (std::log(8.0) + std::log(4.0) + std::log(8.0) + std::log(2.0)) / 4;
  EXPECT_NEAR(token_loss(vector_loops(), logits.data(), 4, 3, 0.1), 0.9 * std::log(2.0) + 0.1 * mean, 1e-6);
}

}  // namespace
}  // namespace blip::test
