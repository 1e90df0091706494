#include "training/model/blip_pretrain.h"

#include "gtest/gtest.h"
#include "tests/training/model/small_task.h"

namespace blip {
namespace {

TEST(BlipPretrain, ClampsTheTemperatureBeforeItIsUsed) {
  const auto task = make_task(test::small_options("pretrain"), test::small_sizes());
  auto temperature = test::state_of(*task).at("temp");
  const torch::NoGradGuard no_grad;
  for (const auto& [set, wanted] : {std::pair{3.0, 0.5}, {1e-6, 0.001}, {0.07, 0.07}}) {
    temperature.fill_(set);
    task->step(test::small_batch(), {});
    EXPECT_FLOAT_EQ(temperature.item<float>(), static_cast<float>(wanted));
  }
}

TEST(BlipPretrain, LanguageModellingAloneLeavesTheQueueAndTakesTheMomentumCopiesAlong) {
  torch::manual_seed(1);
  const auto task = make_task(test::small_options("pretrain"), test::small_sizes());
  auto state = test::state_of(*task);
  const auto queue = state.at("text_queue").clone();
  {
    const torch::NoGradGuard no_grad;
    state.at("text_proj.weight").add_(1);
  }
  const auto losses = task->step(test::small_batch(), {.lm_only = true});
  ASSERT_EQ(losses.parts.size(), 1u);
  EXPECT_EQ(losses.parts[0].first, "loss_lm");
  EXPECT_TRUE(torch::equal(state.at("text_queue"), queue));
  EXPECT_TRUE(torch::equal(state.at("text_proj_m.weight"), state.at("text_proj.weight")));
}

TEST(BlipPretrain, WeightsOfThePartsAddUp) {
  auto options = test::small_options("pretrain");
  options.ita_weight = 2;
  options.lm_weight = 0.5;
  torch::manual_seed(1);
  const auto task = make_task(options, test::small_sizes());
  const auto losses = task->step(test::small_batch(), {});
  ASSERT_EQ(losses.parts.size(), 3u);
  const auto part = [&](std::size_t i) { return losses.parts[i].second.item<double>(); };
  EXPECT_NEAR(losses.total.item<double>(), 2 * part(0) + part(1) + 0.5 * part(2), 1e-5);
}

}  // namespace
}  // namespace blip
