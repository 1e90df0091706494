#include "core/vision/swscale_matrix.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(SwscaleMatrix, IsTheNumberOfTheStandard) {
  EXPECT_EQ(swscale_matrix(ColorMatrix::kBt709), 1);
  EXPECT_EQ(swscale_matrix(ColorMatrix::kFcc), 4);
  EXPECT_EQ(swscale_matrix(ColorMatrix::kBt601), 5);
  EXPECT_EQ(swscale_matrix(ColorMatrix::kSmpte240m), 7);
  EXPECT_EQ(swscale_matrix(ColorMatrix::kBt2020), 9);
}

}  // namespace
}  // namespace blip
