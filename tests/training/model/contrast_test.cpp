#include "training/model/contrast.h"

#include "gtest/gtest.h"
#include "tests/training/model/small_task.h"

namespace blip {
namespace {

TEST(Contrast, MomentumEncodersFollowBeforeTheyAreUsed) {
  torch::manual_seed(1);
  const auto task = make_task(test::small_options("pretrain"), test::small_sizes());
  auto state = test::state_of(*task);
  const auto before = state.at("vision_proj_m.weight").clone();
  {
    const torch::NoGradGuard no_grad;
    state.at("vision_proj.weight").add_(1);
  }
  task->step(test::small_batch(), {.alpha = 0.4});
  const auto wanted = before * 0.995 + (before + 1) * 0.005;
  EXPECT_TRUE(torch::allclose(state.at("vision_proj_m.weight"), wanted, 1e-5, 1e-6));
}

TEST(Contrast, TheQueueTakesMomentumFeaturesOfUnitLength) {
  torch::manual_seed(1);
  const auto task = make_task(test::small_options("pretrain"), test::small_sizes());
  auto state = test::state_of(*task);
  const auto old = state.at("image_queue").clone();
  task->step(test::small_batch(), {});
  EXPECT_TRUE(torch::allclose(state.at("image_queue").norm(2, 0), torch::ones({8}), 1e-4, 1e-4));
  EXPECT_FALSE(torch::equal(state.at("image_queue").narrow(1, 0, 2), old.narrow(1, 0, 2)));
  EXPECT_TRUE(torch::equal(state.at("image_queue").narrow(1, 2, 6), old.narrow(1, 2, 6)));
  EXPECT_EQ(state.at("queue_ptr").item<int64_t>(), 2);
}

TEST(Contrast, ThePicturesNumbersRideAlongInRetrieval) {
  torch::manual_seed(1);
  const auto task = make_task(test::small_options("retrieval"), test::small_sizes());
  task->step(test::small_batch(), {});
  const auto queue = test::state_of(*task).at("idx_queue");
  EXPECT_TRUE(torch::equal(queue.narrow(1, 0, 3), torch::tensor({{4, 9, -100}}, torch::kInt64)));
}

}  // namespace
}  // namespace blip
