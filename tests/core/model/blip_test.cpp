#include "core/model/blip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "core/checkpoint/checkpoint.h"
#include "tests/support/golden.h"
#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

// The module tree's names are the checkpoint's keys: each layout's parameters are just the tensors that a checkpoint of
// it holds.
TEST(BlipGolden, ParametersAreTheCheckpointsTensors) {
  int checkpoints = 0;
  for (const auto& entry : std::filesystem::directory_iterator(golden_dir() / "pth")) {
    if (entry.path().extension() != ".pth") continue;
    ++checkpoints;
    CheckpointOptions options;
    options.model = entry.path().string();
    const Checkpoint checkpoint = open_checkpoint(options);
    const Blip model(checkpoint.config, checkpoint.layout);
    std::set<std::string> in_model, in_file;
    for (const auto& parameter : model->named_parameters()) {
      in_model.insert(parameter.key());
      ASSERT_TRUE(checkpoint.tensors.contains(parameter.key())) << entry.path() << " " << parameter.key();
      EXPECT_EQ(parameter.value().sizes().vec(), checkpoint.tensors.at(parameter.key()).shape) << parameter.key();
    }
    for (const auto& [name, tensor] : checkpoint.tensors) in_file.insert(name);
    in_file.erase("text_decoder.cls.predictions.bias");  // the same parameter as decoder.bias
    std::vector<std::string> unused;
    std::set_difference(in_file.begin(), in_file.end(), in_model.begin(), in_model.end(), std::back_inserter(unused));
    EXPECT_THAT(unused, testing::IsEmpty()) << entry.path();
  }
  EXPECT_GT(checkpoints, 0);
}

TEST(Blip, TheClassifierReadsTheFirstTokenOnly) {
  const torch::NoGradGuard no_grad;
  ModelConfig config;
  config.vision = {.width = 6, .depth = 1, .heads = 2, .mlp_width = 8, .image_size = 8, .patch_size = 4};
  config.text = {.vocab_size = 11, .width = 8, .depth = 1, .heads = 2, .ffn_width = 16, .max_positions = 9};
  config.encoder_cross_width = 6;
  Blip model(config, Layout::kNlvr);
  fill(*model);
  auto states = waves({2, 3, 8});
  const auto before = model->classify(states);
  EXPECT_EQ(before.sizes(), (std::vector<int64_t>{2, 2}));
  states.narrow(1, 1, 2).zero_();
  EXPECT_TRUE(torch::equal(model->classify(states), before));
}

}  // namespace
}  // namespace blip::test
