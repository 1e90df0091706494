#include "training/capfilt/work_estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/training/capfilt/counting_shards.h"
#include "tests/training/data/clip_fixture.h"

namespace blip {
namespace {

using test::run_into;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(WorkEstimate, CountsWhatIsNotDone) {
  const test::TempDir dir;
  test::write_web_shards(dir / "in", 10, 4);
  test::write_numbered_shards(dir / "human", 5, 5);
  const auto clip = test::first_clip().file;
  std::ofstream(dir / "bad.mp4") << "no video";
  WorkInputs inputs;
  inputs.found = {dir / "in", clip, dir / "bad.mp4"};
  inputs.human = {dir / "human"};
  const WorkPlan plan = plan_work(inputs);
  const WorkEstimate all = estimate_work(plan, {}, nullptr);
  EXPECT_EQ(all.units, 5);
  EXPECT_EQ(all.finished, 0);
  EXPECT_EQ(all.shards, 3);
  EXPECT_EQ(all.samples, 10);
  EXPECT_EQ(all.human_samples, 5);
  EXPECT_EQ(all.videos, 2);
  EXPECT_NEAR(all.video_seconds, VideoReader::open(clip).info().duration, 1e-9);
  EXPECT_THAT(all.problems, ElementsAre(HasSubstr("bad.mp4")));

  inputs.found = {dir / "in"};
  CapFiltRunOptions first;
  first.share = {0, 2};
  run_into(dir / "out", inputs, first);
  const WorkPlan shards = plan_work(inputs);
  const CapFiltFolder folder = CapFiltFolder::read(dir / "out");
  const WorkEstimate rest = estimate_work(shards, {}, &folder);
  EXPECT_EQ(rest.finished, 2);
  EXPECT_EQ(rest.shards, 1);
  EXPECT_EQ(rest.samples, 4);
  EXPECT_EQ(estimate_work(shards, first.share, &folder).shards, 0);
}

TEST(WorkEstimate, SpeedIsThatOfPicturesThatCanBeRead) {
  const test::TempDir dir;
  test::write_web_shards(dir / "in", 6, 6);
  CapFilt models = test::counting_capfilt();
  EXPECT_GT(measure_speed(models, plan_work({.found = {dir / "in"}, .human = {}}), {}, 4), 0);
  std::ofstream(dir / "x.tar") << "no archive";
  EXPECT_EQ(measure_speed(models, plan_work({.found = {dir / "x.tar"}, .human = {}}), {}, 4), 0);
}

}  // namespace
}  // namespace blip
