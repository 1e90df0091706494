#include "training/apps/export_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "core/base/error.h"
#include "core/checkpoint/checkpoint.h"
#include "tests/training/apps/tiny_world.h"
#include "training/apps/new_task.h"
#include "training/config/recipe_reader.h"
#include "training/distributed/single_process.h"
#include "training/trainer/checkpoint_store.h"
#include "training/trainer/training_state.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

void run_export(const std::vector<std::string>& arguments) {
  CLI::App app;
  const auto run = add_export_command(app);
  app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  run();
}

TEST(ExportCommand, WritesTheModelOfATrainingOrOfACheckpoint) {
  const test::TinyWorld world;
  const NewTask made = make_task_of(read_recipe(world.recipe("caption"), {"data.root=" + world.path().string()}));
  AdamW optimizer(made.task->flat_parameters(), {});
  SingleProcess alone;
  TrainingCheckpoint checkpoint;
  checkpoint.step = 7;
  checkpoint.task = "caption";
  checkpoint.layout = made.task->layout();
  checkpoint.config = made.task->config();
  checkpoint.vocabulary = made.vocabulary_text;
  checkpoint.recipe = "task: caption\nschedule: {steps: 7}\n";
  capture_training_state(*made.task, optimizer, alone, checkpoint);
  CheckpointStore(world / "run/checkpoints").save(checkpoint);

  run_export({"export", (world / "run").string(), "-o", (world / "a").string()});
  run_export({"export", (world / "run/checkpoints/step-00000007").string(), "-o", (world / "b").string(), "--half"});
  const Checkpoint whole = open_checkpoint({.model = (world / "a/model.pth").string()});
  const Checkpoint half = open_checkpoint({.model = (world / "b/model").string()});
  EXPECT_EQ(whole.layout, Layout::kCaptioner);
  EXPECT_EQ(half.tensors.at("visual_encoder.norm.weight").dtype, DType::kFloat16);
  EXPECT_EQ(half.tensors.size(), whole.tensors.size());
}

TEST(ExportCommand, SaysWhenThereIsNoCheckpoint) {
  const test::TempDir folder;
  EXPECT_THAT(
      [&] {
        run_export({"export", folder.path().string(), "-o", (folder / "x").string()});
      },
      ThrowsMessage<Error>(HasSubstr("no checkpoint")));
}

}  // namespace
}  // namespace blip
