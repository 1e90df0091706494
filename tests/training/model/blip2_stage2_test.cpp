#include "training/model/blip2_stage2.h"

#include "gtest/gtest.h"
#include "tests/training/model/small_blip2.h"
#include "training/optim/adamw.h"

namespace blip {
namespace {

// Of each text alone, weighted by its tokens, is the loss of both together.
TEST(Blip2Stage2, TheLossIsTheMeanOverTokensThatAreNoPrompt) {
  torch::manual_seed(1);
  Blip2Stage2 task(test::small_blip2_options(), test::small_blip2(/*stage=*/2));
  test::fill_frozen(task);
  const Batch both = test::small_blip2_batch(2);
  const auto alone = [&](std::size_t row) {
    Batch one;
    one.size = 1;
    one.side = both.side;
    const std::size_t pixels = both.images.size() / 2;
    one.images.assign(both.images.begin() + static_cast<std::ptrdiff_t>(row * pixels),
                      both.images.begin() + static_cast<std::ptrdiff_t>((row + 1) * pixels));
    const auto from = static_cast<std::ptrdiff_t>(row * 5);
    one.texts = {1,
                 5,
                 {both.texts.ids.begin() + from, both.texts.ids.begin() + from + 5},
                 {both.texts.mask.begin() + from, both.texts.mask.begin() + from + 5}};
    one.prompt_tokens = {2};
    return task.step(one, {}).total.item<double>();
  };
  EXPECT_NEAR(task.step(both, {}).total.item<double>(), (2 * alone(0) + 3 * alone(1)) / 5, 1e-5);
}

TEST(Blip2Stage2, WithoutAPromptTheFirstTokenIsPredictedByTheLastQuery) {
  torch::manual_seed(2);
  Blip2Stage2 task(test::small_blip2_options(), test::small_blip2(/*stage=*/2));
  test::fill_frozen(task);
  Batch batch = test::small_blip2_batch(1);
  const double text_only = task.step(batch, {}).total.item<double>() * 2;  // of 2 tokens
  batch.prompt_tokens = {1};
  const double without_start = task.step(batch, {}).total.item<double>() * 3;
  batch.prompt_tokens = {0};
  const double all = task.step(batch, {}).total.item<double>() * 4;
  EXPECT_GT(without_start, text_only);
  EXPECT_GT(all, without_start);
}

TEST(Blip2Stage2, LearnsToPromptAFrozenModel) {
  torch::manual_seed(3);
  Blip2Stage2 task(test::small_blip2_options(), test::small_blip2(/*stage=*/2));
  test::fill_frozen(task);
  Batch batch = test::small_blip2_batch(2);
  batch.prompt_tokens = {1, 1};  // the first word depends on the picture alone
  AdamW optimizer(task.flat_parameters(), {.weight_decay = 0});
  std::vector<double> losses;
  for (int step = 0; step < 60; ++step) {
    const auto step_losses = task.step(batch, {});
    losses.push_back(step_losses.total.item<double>());
    task.flat_parameters().zero_gradients();
    step_losses.total.backward();
    optimizer.step(1e-2);
  }
  // A random language model of eight numbers can be led only so far.
  EXPECT_LT(losses.back(), 0.9 * losses.front());
}

}  // namespace
}  // namespace blip
