#include "training/trainer/autocast_guard.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(AutocastGuard, MatrixProductsAreInBfloat16WhileItLives) {
  const auto a = torch::ones({2, 2}), b = torch::full({2, 2}, 1.00390625F);  // 1 + 2^-8: no bfloat16
  {
    const AutocastGuard guard(torch::kCPU, true);
    EXPECT_EQ(a.mm(b).scalar_type(), torch::kBFloat16);
  }
  EXPECT_EQ(a.mm(b).scalar_type(), torch::kFloat32);
  const AutocastGuard off(torch::kCPU, false);
  EXPECT_EQ(a.mm(b).scalar_type(), torch::kFloat32);
}

}  // namespace
}  // namespace blip
