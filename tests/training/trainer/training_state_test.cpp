#include "training/trainer/training_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/training/trainer/fake_training.h"
#include "training/distributed/single_process.h"
#include "training/trainer/random_state.h"

namespace blip {
namespace {

using test::FakeTask;
using testing::HasSubstr;
using testing::Pair;
using testing::ThrowsMessage;
using testing::UnorderedElementsAre;

void train(FakeTask& task, AdamW& optimizer, int steps) {
  test::FakeSource data(100, 2);
  Batch batch;
  for (int i = 0; i < steps; ++i) {
    data.next(batch);
    task.flat_parameters().zero_gradients();
    task.step(batch, {}).total.backward();
    optimizer.step(0.1);
  }
}

TEST(TrainingState, WhatIsCapturedPutsAnotherTaskInTheSameState) {
  SingleProcess alone;
  FakeTask task, other;
  AdamW optimizer(task.flat_parameters(), {}), other_optimizer(other.flat_parameters(), {});
  seed_random_numbers(3);
  train(task, optimizer, 4);
  TrainingCheckpoint checkpoint;
  capture_training_state(task, optimizer, alone, checkpoint);
  restore_training_state(checkpoint.tensors, other, other_optimizer, alone);
  other_optimizer.set_steps(optimizer.steps());
  EXPECT_TRUE(test::equal(test::copies_of(other.state()), test::copies_of(task.state())));

  const auto random = random_state(torch::kCPU);
  train(task, optimizer, 3);
  set_random_state(torch::kCPU, random);
  train(other, other_optimizer, 3);
  EXPECT_TRUE(test::equal(test::copies_of(other.state()), test::copies_of(task.state())));
}

TEST(TrainingState, TiedTensorsAreSavedOnce) {
  SingleProcess alone;
  FakeTask task;
  AdamW optimizer(task.flat_parameters(), {});
  TrainingCheckpoint checkpoint;
  capture_training_state(task, optimizer, alone, checkpoint);
  EXPECT_TRUE(checkpoint.tensors.contains("model.w"));
  EXPECT_FALSE(checkpoint.tensors.contains("model.w_tied"));
  EXPECT_THAT(checkpoint.ties, UnorderedElementsAre(Pair("w_tied", "w")));
}

TEST(TrainingState, NamesWhatIsMissing) {
  SingleProcess alone;
  FakeTask task;
  AdamW optimizer(task.flat_parameters(), {});
  TrainingCheckpoint checkpoint;
  capture_training_state(task, optimizer, alone, checkpoint);
  for (const char* name : {"model.queue", "optimizer.exp_avg.b", "random.0"}) {
    TensorMap tensors = checkpoint.tensors;
    tensors.erase(name);
    EXPECT_THAT([&] { restore_training_state(tensors, task, optimizer, alone); },
                ThrowsMessage<Error>(HasSubstr("'" + std::string(name) + "' is missing")));
  }
}

TEST(TrainingState, ASnapshotUndoesSteps) {
  FakeTask task;
  AdamW optimizer(task.flat_parameters(), {});
  train(task, optimizer, 2);
  const auto before = test::copies_of(task.state());
  const StateSnapshot snapshot(task);
  const auto next = torch::rand({3});
  train(task, optimizer, 2);
  snapshot.restore();
  EXPECT_TRUE(test::equal(test::copies_of(task.state()), before));
  EXPECT_TRUE(torch::rand({3}).equal(next));
}

}  // namespace
}  // namespace blip
