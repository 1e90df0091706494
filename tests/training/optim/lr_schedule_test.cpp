#include "training/optim/lr_schedule.h"

#include "gtest/gtest.h"

namespace blip {
namespace {

TEST(LrSchedule, WarmupIsAStraightLineThatEnds) {
  EXPECT_DOUBLE_EQ(warmup_lr(0, 3000, 1e-6, 3e-4), 1e-6);
  EXPECT_DOUBLE_EQ(warmup_lr(1500, 3000, 1e-6, 3e-4), (1e-6 + 3e-4) / 2);
  EXPECT_DOUBLE_EQ(warmup_lr(3000, 3000, 1e-6, 3e-4), 3e-4);
  EXPECT_DOUBLE_EQ(warmup_lr(9000, 3000, 1e-6, 3e-4), 3e-4);
}

TEST(LrSchedule, StepDecaysByEpochDownToTheLeast) {
  EXPECT_DOUBLE_EQ(step_lr(0, 3e-4, 1e-6, 0.9), 3e-4);
  EXPECT_DOUBLE_EQ(step_lr(2, 3e-4, 1e-6, 0.9), 3e-4 * 0.81);
  EXPECT_DOUBLE_EQ(step_lr(500, 3e-4, 1e-6, 0.9), 1e-6);
}

TEST(LrSchedule, CosineFallsFromFirstToLeast) {
  EXPECT_DOUBLE_EQ(cosine_lr(0, 6, 1e-5, 0), 1e-5);
  EXPECT_NEAR(cosine_lr(3, 6, 1e-5, 2e-6), (1e-5 + 2e-6) / 2, 1e-18);
  EXPECT_NEAR(cosine_lr(2, 6, 1e-5, 0), 0.75e-5, 1e-18);  // cos(pi / 3) = 1/2
  EXPECT_NEAR(cosine_lr(6, 6, 1e-5, 2e-6), 2e-6, 1e-18);
}

}  // namespace
}  // namespace blip
