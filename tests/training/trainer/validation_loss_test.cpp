#include "training/trainer/validation_loss.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/training/trainer/fake_training.h"

namespace blip {
namespace {

using test::FakeSource;
using test::FakeTask;

TEST(ValidationLoss, IsTheMeanOverTheFirstBatchesWithoutNoise) {
  FakeTask task;
  task.queue_gain = 0;
  FakeSource data(5, 3);
  double expected = 0;
  {
    FakeTask same;
    same.queue_gain = 0;
    same.noisy = false;
    Batch batch;
    for (int i = 0; i < 2; ++i) {
      data.next(batch);
      expected += same.step(batch, {.alpha = 0.3}).total.item<double>() / 2;
    }
  }
  ValidationLoss loss(data, 2, 0.3, false);
  for (int again = 0; again < 2; ++again) {
    const Evaluation evaluation = loss.evaluate(task, nullptr);
    ASSERT_EQ(evaluation.metrics.size(), 2u);
    EXPECT_EQ(evaluation.metrics[0].first, "val_loss");
    EXPECT_EQ(evaluation.metrics[1].first, "val_loss_lm");
    EXPECT_NEAR(evaluation.metrics[0].second, expected, 1e-6);
  }
}

TEST(ValidationLoss, PutsStateAndRandomNumbersBack) {
  FakeTask task;
  FakeSource data(5, 3);
  const auto before = test::copies_of(task.state());
  torch::manual_seed(5);
  const auto next = torch::rand({4});
  torch::manual_seed(5);
  ValidationLoss(data, 0, 0, false).evaluate(task, nullptr);
  EXPECT_TRUE(torch::rand({4}).equal(next));
  EXPECT_TRUE(test::equal(test::copies_of(task.state()), before));
}

}  // namespace
}  // namespace blip
