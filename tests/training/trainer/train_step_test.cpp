#include "training/trainer/train_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/training/trainer/fake_training.h"
#include "training/distributed/single_process.h"

namespace blip {
namespace {

using test::FakeSource;
using test::FakeTask;
using testing::ElementsAre;

struct Step {
  explicit Step(const OptimizerRecipe& optimizer_recipe = {}) {
    recipe.optimizer = optimizer_recipe;
    task.noisy = false;
    task.queue_gain = 0;
  }
  StepResult run() {
    std::vector<double> flags = {0, 1};
    StepResult result = step.run(0.1, {}, flags);
    EXPECT_THAT(flags, ElementsAre(0, 1));
    return result;
  }

  Recipe recipe;
  FakeTask task;
  FakeSource data{10, 2};
  SingleProcess alone;
  AdamW optimizer{task.flat_parameters(), {}};
  TrainStep step{recipe, task, optimizer, data, alone};
};

TEST(TrainStep, TakesOneStepOfTheOptimiserAlongTheGradient) {
  Step one;
  const auto before = one.task.flat_parameters().values().clone();
  const StepResult result = one.run();
  EXPECT_EQ(one.optimizer.steps(), 1);
  EXPECT_EQ(result.samples, 2);
  ASSERT_EQ(result.losses.size(), 2u);
  EXPECT_EQ(result.losses[0].first, "loss");
  EXPECT_EQ(result.losses[0].second, result.losses[1].second);
  // AdamW's first step is lr times the sign of the gradient, after the decay of 1 - lr * 0.05.
  const auto step = one.task.flat_parameters().values() - before * (1 - 0.1 * 0.05);
  const auto sign = one.task.flat_parameters().gradients().sign();
  EXPECT_LT((step + 0.1 * sign).abs().max().item<double>(), 1e-4);
}

TEST(TrainStep, LossesAreMeansOverParts) {
  Step whole, parts(OptimizerRecipe{.accumulation = 2});
  whole.data = FakeSource(10, 4);
  const auto expected = whole.run(), found = parts.run();
  EXPECT_EQ(found.samples, 4);
  EXPECT_NEAR(found.losses[0].second, expected.losses[0].second, 1e-5);
  EXPECT_LT(
      (whole.task.flat_parameters().gradients() - parts.task.flat_parameters().gradients()).abs().max().item<double>(),
      1e-6);
}

TEST(TrainStep, ChangesNoWeightWhenTheLossIsNotFinite) {
  Step one;
  one.data.broken_batch = 0;
  const auto before = one.task.flat_parameters().values().clone();
  const StepResult result = one.run();
  EXPECT_THAT(result.broken_batch, ElementsAre("sample-0", "sample-1"));
  EXPECT_TRUE(one.task.flat_parameters().values().equal(before));
  EXPECT_EQ(one.optimizer.steps(), 0);
}

}  // namespace
}  // namespace blip
