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

}  // namespace
}  // namespace blip
