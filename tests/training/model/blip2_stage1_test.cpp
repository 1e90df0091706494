#include "training/model/blip2_stage1.h"

#include "gtest/gtest.h"
#include "tests/training/model/small_blip2.h"
#include "training/optim/adamw.h"

namespace blip {
namespace {

torch::Tensor next_one(const torch::Tensor& weights) {
  return torch::arange(1, weights.size(0) + 1).remainder(weights.size(1));
}

TEST(Blip2Stage1, PartsOfWeightZeroAreNotComputed) {
  torch::manual_seed(1);
  auto options = test::small_blip2_options();
  options.itc_weight = options.itm_weight = 0;
  Blip2Stage1 task(options, test::small_blip2(/*stage=*/1));
  test::fill_frozen(task);
  const Batch batch = test::small_blip2_batch(3);
  const auto captions_only = task.step(batch, {});
  ASSERT_EQ(captions_only.parts.size(), 1u);
  EXPECT_EQ(captions_only.parts[0].first, "loss_lm");
  EXPECT_EQ(captions_only.total.item<double>(), captions_only.parts[0].second.item<double>());
}

TEST(Blip2Stage1, WeightsScaleTheParts) {
  torch::manual_seed(2);
  auto options = test::small_blip2_options();
  options.itm_weight = 0.5;
  options.lm_weight = 2;
  Blip2Stage1 task(options, test::small_blip2(/*stage=*/1));
  test::fill_frozen(task);
  task.set_negatives(next_one);
  const auto losses = task.step(test::small_blip2_batch(3), {});
  ASSERT_EQ(losses.parts.size(), 3u);
  const double wanted = losses.parts[0].second.item<double>() + 0.5 * losses.parts[1].second.item<double>() +
                        2 * losses.parts[2].second.item<double>();
  EXPECT_NEAR(losses.total.item<double>(), wanted, 1e-5);
}

TEST(Blip2Stage1, PaddingChangesNothing) {
  torch::manual_seed(3);
  Blip2Stage1 task(test::small_blip2_options(), test::small_blip2(/*stage=*/1));
  test::fill_frozen(task);
  task.set_negatives(next_one);
  Batch batch = test::small_blip2_batch(3);
  const double loss = task.step(batch, {}).total.item<double>();
  TokenBatch wider;
  wider.texts = 3;
  wider.length = 8;
  for (std::int64_t i = 0; i < 3; ++i) {
    for (std::int64_t t = 0; t < 8; ++t) {
      wider.ids.push_back(t < 5 ? batch.texts.ids[static_cast<std::size_t>(i * 5 + t)] : 0);
      wider.mask.push_back(t < 5 ? batch.texts.mask[static_cast<std::size_t>(i * 5 + t)] : 0);
    }
  }
  batch.texts = wider;
  EXPECT_NEAR(task.step(batch, {}).total.item<double>(), loss, 1e-6);
}

TEST(Blip2Stage1, LearnsWhichTextBelongsToWhichPicture) {
  torch::manual_seed(4);
  auto options = test::small_blip2_options();
  options.label_smoothing = 0;  // so that nothing is left of a loss that has been learnt
  Blip2Stage1 task(options, test::small_blip2(/*stage=*/1));
  test::fill_frozen(task);
  const Batch batch = test::small_blip2_batch(4);
  AdamW optimizer(task.flat_parameters(), {.weight_decay = 0});
  StepLosses losses;
  double first = 0;
  for (int step = 0; step < 120; ++step) {
    losses = task.step(batch, {});
    if (step == 0) first = losses.total.item<double>();
    task.flat_parameters().zero_gradients();
    losses.total.backward();
    optimizer.step(1e-2);
  }
  EXPECT_LT(losses.total.item<double>(), 0.6 * first);
}

}  // namespace
}  // namespace blip
