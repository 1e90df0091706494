#include "core/generate/generated_sequence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace blip {
namespace {

float log_of(double p) {
  return static_cast<float>(std::log(p));
}

TEST(Confidence, IsTheGeometricMeanOfTheProbabilities) {
  EXPECT_NEAR(confidence(std::vector<float>{log_of(0.5), log_of(0.125)}), 0.25, 1e-7);
  EXPECT_NEAR(confidence(std::vector<float>{log_of(0.9)}), 0.9, 1e-7);
}

TEST(Confidence, OfCertaintyIsOneAndOfTheImpossibleZero) {
  EXPECT_EQ(confidence(std::vector<float>{0, 0, 0}), 1.0);
  EXPECT_EQ(confidence(std::vector<float>{0, -std::numeric_limits<float>::infinity()}), 0.0);
}

TEST(Confidence, OfNothingIsZero) {
  EXPECT_EQ(confidence({}), 0.0);
}

}  // namespace
}  // namespace blip
