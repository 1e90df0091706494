#include "training/trainer/step_schedule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace blip {
namespace {

Recipe recipe_of(ScheduleKind kind, std::int64_t epochs, std::int64_t steps) {
  Recipe recipe;
  recipe.optimizer.lr = 1e-3;
  recipe.schedule = {.kind = kind,
                     .epochs = epochs,
                     .steps = steps,
                     .warmup_steps = 4,
                     .warmup_lr = 2e-4,
                     .min_lr = 1e-4,
                     .decay = 0.5};
  return recipe;
}

TEST(StepSchedule, CountsStepsAndEpochs) {
  const StepSchedule by_epochs(recipe_of(ScheduleKind::kStep, 3, 0), 10),
      by_steps(recipe_of(ScheduleKind::kStep, 0, 25), 10);
  EXPECT_EQ(by_epochs.steps(), 30);
  EXPECT_EQ(by_epochs.epochs(), 3);
  EXPECT_EQ(by_steps.steps(), 25);
  EXPECT_EQ(by_steps.epochs(), 3);
}

TEST(StepSchedule, PreTrainingWarmsUpInTheFirstEpochAndThenDecaysByEpochs) {
  const StepSchedule schedule(recipe_of(ScheduleKind::kStep, 9, 0), 10);
  EXPECT_DOUBLE_EQ(schedule.lr(0), 2e-4);
  EXPECT_DOUBLE_EQ(schedule.lr(1), 4e-4);
  EXPECT_DOUBLE_EQ(schedule.lr(4), 1e-3);
  EXPECT_DOUBLE_EQ(schedule.lr(9), 1e-3);
  EXPECT_DOUBLE_EQ(schedule.lr(10), 5e-4);
  EXPECT_DOUBLE_EQ(schedule.lr(19), 5e-4);
  EXPECT_DOUBLE_EQ(schedule.lr(20), 2.5e-4);
  EXPECT_DOUBLE_EQ(schedule.lr(80), 1e-4);  // not below min_lr
}

TEST(StepSchedule, FineTuningFallsByHalfACosineFromEpochToEpoch) {
  Recipe recipe = recipe_of(ScheduleKind::kCosine, 4, 0);
  recipe.schedule.warmup_steps = 0;
  const StepSchedule schedule(recipe, 10);
  EXPECT_DOUBLE_EQ(schedule.lr(0), 1e-3);
  EXPECT_DOUBLE_EQ(schedule.lr(9), 1e-3);
  EXPECT_NEAR(schedule.lr(20), (1e-3 + 1e-4) / 2, 1e-12);
  EXPECT_NEAR(schedule.lr(30), 1e-4 + 9e-4 * 0.5 * (1 + std::cos(std::numbers::pi * 0.75)), 1e-12);
}

TEST(StepSchedule, CosinePerStepFallsFromTheEndOfWarmUp) {
  const StepSchedule schedule(recipe_of(ScheduleKind::kCosinePerStep, 0, 24), 10);
  EXPECT_DOUBLE_EQ(schedule.lr(2), 6e-4);
  EXPECT_DOUBLE_EQ(schedule.lr(4), 1e-3);
  EXPECT_NEAR(schedule.lr(14), (1e-3 + 1e-4) / 2, 1e-12);
  EXPECT_NEAR(schedule.lr(24), 1e-4, 1e-12);
}

TEST(StepSchedule, ConstantStaysAfterWarmUp) {
  const StepSchedule schedule(recipe_of(ScheduleKind::kConstant, 0, 24), 10);
  EXPECT_DOUBLE_EQ(schedule.lr(0), 2e-4);
  EXPECT_DOUBLE_EQ(schedule.lr(23), 1e-3);
}

TEST(StepSchedule, AlphaRisesOverEpochsOrSteps) {
  Recipe recipe = recipe_of(ScheduleKind::kStep, 9, 0);
  recipe.loss.alpha = 0.4;
  const StepSchedule epochs(recipe, 10);  // over two epochs
  EXPECT_DOUBLE_EQ(epochs.alpha(0), 0);
  EXPECT_DOUBLE_EQ(epochs.alpha(10), 0.2);
  EXPECT_DOUBLE_EQ(epochs.alpha(20), 0.4);
  EXPECT_DOUBLE_EQ(epochs.alpha(85), 0.4);
  recipe.loss.alpha_ramp_steps = 8;
  EXPECT_DOUBLE_EQ(StepSchedule(recipe, 10).alpha(2), 0.1);
  recipe.loss.lm_only_steps = 5;  // no soft targets yet
  EXPECT_DOUBLE_EQ(StepSchedule(recipe, 10).alpha(5), 0);
  EXPECT_DOUBLE_EQ(StepSchedule(recipe, 10).alpha(7), 0.1);
  recipe.loss.lm_only_steps = 0;
  recipe.loss.alpha_ramp_steps = 0;
  recipe.loss.alpha_ramp_epochs = 0;
  EXPECT_DOUBLE_EQ(StepSchedule(recipe, 10).alpha(0), 0.4);
}

}  // namespace
}  // namespace blip
