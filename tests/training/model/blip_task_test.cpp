#include "training/model/blip_task.h"

#include <set>

#include "core/checkpoint/layout.h"
#include "gtest/gtest.h"
#include "tests/training/model/small_task.h"

namespace blip {
namespace {

const char* const kTasks[] = {"pretrain", "caption", "retrieval", "vqa", "nlvr2"};

TEST(BlipTask, StateHoldsEveryTensorOfItsLayout) {
  for (const char* name : kTasks) {
    const auto task = make_task(test::small_options(name), test::small_sizes());
    const auto state = test::state_of(*task);
    for (const auto& [tensor, shape] : expected_tensors(task->layout(), task->config())) {
      ASSERT_TRUE(state.contains(tensor)) << name << ": " << tensor;
      EXPECT_EQ(state.at(tensor).sizes().vec(), shape) << name << ": " << tensor;
    }
  }
}

TEST(BlipTask, EveryTrainedTensorIsThereOnceAndGetsAGradient) {
  for (const char* name : kTasks) {
    torch::manual_seed(2);
    const auto task = make_task(test::small_options(name), test::small_sizes());
    std::set<const void*> places;
    for (const auto& [parameter, tensor] : task->parameters())
      EXPECT_TRUE(places.insert(tensor.data_ptr()).second) << name << ": " << parameter;
    task->step(test::small_batch(), {.alpha = 0.4}).total.backward();
    for (const auto& [parameter, tensor] : task->parameters()) {
      if (parameter.ends_with(".key.bias")) continue;  // its true gradient is 0: softmax does not see it
      EXPECT_GT(tensor.grad().abs().max().item<double>(), 0) << name << ": " << parameter;
    }
  }
}

TEST(BlipTask, PaddingChangesNeitherLossNorGradient) {
  for (const char* name : kTasks) {
    torch::Tensor first;
    double loss = 0;
    for (const std::int64_t length : {5, 9}) {
      torch::manual_seed(4);  // the same pictures, the same negatives
      const auto batch = test::small_batch(length);
      const auto fresh = make_task(test::small_options(name), test::small_sizes());
      const auto losses = fresh->step(batch, {});
      losses.total.backward();
      if (length == 5) {
        first = fresh->flat_parameters().gradients().clone();
        loss = losses.total.item<double>();
      } else {
        EXPECT_DOUBLE_EQ(losses.total.item<double>(), loss) << name;
        EXPECT_TRUE(torch::equal(fresh->flat_parameters().gradients(), first)) << name;
      }
    }
    EXPECT_GT(first.abs().max().item<double>(), 0) << name;
  }
}

TEST(BlipTask, DropoutWorksInTrainingOnly) {
  auto options = test::small_options("caption");
  options.dropout = 0.5;
  options.drop_path = 0.5;
  torch::manual_seed(6);
  const auto task = make_task(options, test::small_sizes());
  const auto batch = test::small_batch();
  const auto loss = [&] { return task->step(batch, {}).total.item<double>(); };
  EXPECT_NE(loss(), loss());
  task->set_training(false);
  EXPECT_EQ(loss(), loss());
}

TEST(BlipTask, GradientCheckpointingGivesTheSameGradients) {
  std::vector<torch::Tensor> gradients;
  for (const std::int64_t blocks : {0, 2}) {
    auto options = test::small_options("pretrain");
    options.checkpointed_blocks = blocks;
    torch::manual_seed(8);
    const auto task = make_task(options, test::small_sizes());
    task->step(test::small_batch(), {.alpha = 0.4}).total.backward();
    gradients.push_back(task->flat_parameters().gradients());
  }
  // The first run of a checkpointed block has no graph, so its few rows are summed in another order.
  EXPECT_LE((gradients[0] - gradients[1]).abs().max().item<double>(), 1e-5 * gradients[0].abs().max().item<double>());
}

}  // namespace
}  // namespace blip
