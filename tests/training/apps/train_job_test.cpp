#include "training/apps/train_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "core/checkpoint/checkpoint.h"
#include "tests/training/apps/blip_train_program.h"
#include "tests/training/apps/tiny_world.h"
#include "training/trainer/checkpoint_store.h"
#include "training/trainer/metrics_log.h"

namespace blip {
namespace {

using test::blip_train;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<std::string> pretrain(const test::TinyWorld& world, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"pretrain", world.recipe("pretrain"), "--data",    world.path().string(),
                                        "-o",       (world / "run").string(), "--threads", "1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(TrainJob, TrainsWritesAModelAndGoesOn) {
  const test::TinyWorld world;
  const auto first = blip_train(pretrain(world, {"--set", "schedule.steps=4"}));
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, IsEmpty());
  EXPECT_EQ(open_checkpoint({.model = (world / "run/model.pth").string()}).layout, Layout::kPretrain);
  EXPECT_THAT(CheckpointStore(world / "run/checkpoints").steps(), ElementsAre(2, 3, 4));  // an epoch has three steps

  const auto again = blip_train(pretrain(world));
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err_lines(), ElementsAre(AllOf(StartsWith("blip-train: "), HasSubstr("--resume"))));
  const auto other = blip_train(pretrain(world, {"--resume"}));
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("schedule.steps was 4 and is 6"));
}

TEST(TrainJob, TwoProcessesShareTheWork) {
  const test::TinyWorld world;
  const auto result = blip_train(pretrain(world, {"--nproc", "2", "--set", "schedule.steps=3"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(read_metrics(world / "run/metrics.jsonl").back().first, 3);
}

// Rounded to 8 bits: the losses of the first steps are those of float32 to a few parts in a hundred.
TEST(TrainJob, TrainsInBfloat16) {
  const test::TinyWorld world;
  std::vector<std::vector<double>> losses;
  for (const char* precision : {"float32", "bfloat16"}) {
    const std::string folder = (world / precision).string();
    const auto result = blip_train({"pretrain", world.recipe("pretrain"), "--data", world.path().string(), "-o", folder,
                                    "--threads", "1", "--set", std::string("precision=") + precision});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    losses.emplace_back();
    for (const auto& [step, values] : read_metrics(std::filesystem::path(folder) / "metrics.jsonl"))
      for (const auto& [name, value] : values)
        if (name == "loss") losses.back().push_back(value);
  }
  ASSERT_EQ(losses[0].size(), losses[1].size());
  for (std::size_t i = 0; i < losses[0].size(); ++i) EXPECT_NEAR(losses[1][i], losses[0][i], 0.05 * losses[0][i]);
  EXPECT_NE(losses[0], losses[1]);
}

}  // namespace
}  // namespace blip
