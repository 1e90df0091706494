#include "training/capfilt/work_units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::HasSubstr;

WorkPlan plan(std::vector<std::filesystem::path> found, std::vector<std::filesystem::path> human = {},
              std::int64_t videos = 2) {
  return plan_work({.found = std::move(found), .human = std::move(human), .videos_per_unit = videos});
}

TEST(WorkUnits, ShardsAreOneEachVideosAFewAndHumanPairsLast) {
  const test::TempDir dir;
  test::write_numbered_shards(dir / "web", 5, 2);
  test::write_numbered_shards(dir / "human", 2, 2);
  std::filesystem::create_directories(dir / "videos/deep");
  for (const char* name : {"videos/b.mp4", "videos/a.webm", "videos/deep/c.mkv", "videos/notes.txt"})
    std::ofstream(dir / name) << name;
  const WorkPlan all = plan({dir / "web", dir / "videos"}, {dir / "human/000000.tar"});
  ASSERT_EQ(all.units.size(), 6u);
  for (std::size_t i = 0; i < all.units.size(); ++i) EXPECT_EQ(all.units[i].number, static_cast<std::int64_t>(i));
  EXPECT_EQ(all.units[2].shard, dir / "web/000002.tar");
  ASSERT_EQ(all.units[3].videos.size(), 2u);
  EXPECT_EQ(all.units[3].videos[0].file, dir / "videos/a.webm");
  EXPECT_EQ(all.units[4].videos.size(), 1u);
  EXPECT_EQ(all.units[5].kind, WorkUnit::Kind::kHuman);
  EXPECT_EQ(all.inputs_id, plan({dir / "web", dir / "videos"}, {dir / "human/000000.tar"}).inputs_id);
  EXPECT_NE(all.inputs_id, plan({dir / "web", dir / "videos"}).inputs_id);
  std::ofstream(dir / "videos/b.mp4") << "not as long as it was";
  EXPECT_NE(all.inputs_id, plan({dir / "web", dir / "videos"}, {dir / "human/000000.tar"}).inputs_id);
}

TEST(WorkUnits, AnAnnotationsFileBringsItsTexts) {
  const WorkPlan found = plan({test::shapes_dir()}, {}, 1000);
  ASSERT_EQ(found.units.size(), 1u);
  ASSERT_NE(found.units[0].videos.at(0).texts, nullptr);
  EXPECT_FALSE(found.units[0].videos[0].texts->segments.empty());
}

TEST(WorkUnits, SaysWhatIsNoInput) {
  const test::TempDir dir;
  std::filesystem::create_directories(dir / "empty");
  std::ofstream(dir / "a.txt") << "x";
  std::ofstream(dir / "a.mp4") << "x";
  EXPECT_THAT(error_of([&] { plan({}); }), HasSubstr("no input"));
  EXPECT_THAT(error_of([&] { plan({dir / "none"}); }), HasSubstr("none' does not exist"));
  EXPECT_THAT(error_of([&] { plan({dir / "empty"}); }), HasSubstr("neither .tar shards nor videos"));
  EXPECT_THAT(error_of([&] { plan({dir / "a.txt"}); }), HasSubstr("a.txt"));
  EXPECT_THAT(error_of([&] { plan({dir / "a.mp4", dir / "a.mp4"}); }), HasSubstr("given twice"));
  EXPECT_THAT(error_of([&] { plan({dir / "a.mp4"}, {dir / "empty"}); }), HasSubstr("human pairs"));
  EXPECT_THAT(error_of([&] { plan({dir / "a.mp4"}, {}, 0); }), HasSubstr("videos a shard is 0"));
}

}  // namespace
}  // namespace blip
