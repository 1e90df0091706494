#include "training/trainer/training_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"
#include "training/trainer/tensor_bytes.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

TrainingCheckpoint example() {
  TrainingCheckpoint checkpoint;
  checkpoint.step = 120;
  checkpoint.epoch = 3;
  checkpoint.batch = 17;
  checkpoint.optimizer_steps = 119;
  checkpoint.processes = 2;
  checkpoint.task = "retrieval";
  checkpoint.layout = Layout::kMatcher;
  checkpoint.config.vision = {96, 4, 3, 384, 64, 8, 1e-6};
  checkpoint.config.text = {190, 48, 2, 4, 128, 64, 1e-12};
  checkpoint.config.embed_width = 32;
  checkpoint.config.encoder_cross_width = 96;
  checkpoint.has_best = true;
  checkpoint.best_metric = 0.1;
  checkpoint.best_step = 100;
  checkpoint.recipe = "task: retrieval\n";
  checkpoint.vocabulary = "[PAD]\na\n";
  checkpoint.tensors.emplace("model.a.w", view_of(torch::arange(6).view({2, 3})));
  checkpoint.tensors.emplace("random.0", view_of(torch::ones({3}, torch::kUInt8)));
  checkpoint.ties = {{"b.w", "a.w"}};
  return checkpoint;
}

TEST(TrainingCheckpoint, ComesBackWhole) {
  const test::TempDir folder;
  const TrainingCheckpoint written = example();
  write_training_checkpoint(written, folder / "c");
  const TrainingCheckpoint read = read_training_checkpoint(folder / "c");
  EXPECT_EQ(read.step, 120);
  EXPECT_EQ(read.epoch, 3);
  EXPECT_EQ(read.batch, 17);
  EXPECT_EQ(read.optimizer_steps, 119);
  EXPECT_EQ(read.processes, 2);
  EXPECT_EQ(read.task, "retrieval");
  EXPECT_EQ(read.layout, Layout::kMatcher);
  EXPECT_EQ(read.config.vision.heads, 3);
  EXPECT_EQ(read.config.text.ffn_width, 128);
  EXPECT_EQ(read.config.text.layer_norm_eps, 1e-12);
  EXPECT_EQ(read.config.encoder_cross_width, 96);
  EXPECT_TRUE(read.has_best);
  EXPECT_EQ(read.best_metric, 0.1);
  EXPECT_EQ(read.best_step, 100);
  EXPECT_EQ(read.recipe, written.recipe);
  EXPECT_EQ(read.vocabulary, written.vocabulary);
  auto tensor = torch::zeros({2, 3}, torch::kInt64);
  copy_into(tensor, read.tensors.at("model.a.w"), "a.w");
  EXPECT_TRUE(tensor.equal(torch::arange(6).view({2, 3})));
}

TEST(TrainingCheckpoint, ModelTensorsHaveTheirTiesAndNothingElse) {
  TrainingCheckpoint checkpoint = example();
  const TensorMap tensors = model_tensors(checkpoint);
  ASSERT_EQ(tensors.size(), 2u);
  EXPECT_EQ(tensors.at("b.w").data, tensors.at("a.w").data);
  checkpoint.ties.emplace("c.w", "nowhere");
  EXPECT_THAT([&] { model_tensors(checkpoint); }, ThrowsMessage<Error>(HasSubstr("no 'nowhere'")));
}

TEST(TrainingCheckpoint, WorksWithoutABest) {
  const test::TempDir folder;
  TrainingCheckpoint checkpoint = example();
  checkpoint.has_best = false;
  write_training_checkpoint(checkpoint, folder / "c");
  EXPECT_FALSE(read_training_checkpoint(folder / "c").has_best);
}

TEST(TrainingCheckpoint, NamesWhatIsWrong) {
  const test::TempDir folder;
  write_training_checkpoint(example(), folder / "c");
  const auto wrong = [&](const std::string& json, const std::string& what) {
    std::ofstream(folder / "c/state.json") << json;
    EXPECT_THAT([&] { read_training_checkpoint(folder / "c"); }, ThrowsMessage<Error>(HasSubstr(what))) << json;
  };
  wrong("{\"format\": 2}", "this program reads 1");
  wrong("{\"format\": 1}", "'step'");
  wrong("[]", "no state of a training");
  wrong("{\"format\": 1, \"step\": \"x\"}", "state.json");
  EXPECT_THROW(read_training_checkpoint(folder / "none"), Error);
}

}  // namespace
}  // namespace blip
