#include "pipelines/searching/segment_features.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(SegmentFeatures, NumbersComeBackAsTheyWereKept) {
  const auto matrix = matrix_of({2, 2, {0x3c00, 0xc000, 0x0000, 0x3800}}, 2, 2);
  ASSERT_TRUE(matrix);
  EXPECT_EQ(matrix->rows, 2);
  EXPECT_EQ(matrix->values, (std::vector<float>{1, -2, 0, 0.5F}));
}

TEST(SegmentFeatures, DamageIsSeen) {
  EXPECT_FALSE(matrix_of({2, 2, {0x3c00, 0xc000, 0x0000, 0x7c00}}, 2, 2));  // infinity
  EXPECT_FALSE(matrix_of({2, 2, {0x3c00, 0xc000, 0x0000, 0x7e00}}, 2, 2));  // NaN
  EXPECT_FALSE(matrix_of({2, 2, {0x3c00}}, 2, 2));
  EXPECT_FALSE(matrix_of({1, 4, {0, 0, 0, 0}}, 2, 2));  // another model's
}

}  // namespace
}  // namespace blip
