#include "training/capfilt/merge_runs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"
#include "training/capfilt/capfilt_folder.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::HasSubstr;

// A run of three units of which these are finished.
std::filesystem::path part(const std::filesystem::path& path, const std::vector<std::int64_t>& finished,
                           double threshold = 0.5) {
  const CapFiltFolder folder = CapFiltFolder::open(path, {{"units", 3}, {"threshold", threshold}});
  for (const std::int64_t unit : finished) {
    std::filesystem::create_directories(folder.work(unit));
    std::ofstream(folder.work(unit) / "pairs.jsonl") << "unit " << unit << "\n";
    folder.publish(unit, {"u" + std::to_string(unit), {}});
  }
  return path;
}

std::string merge_error(const std::vector<std::filesystem::path>& parts, const std::filesystem::path& output) {
  return error_of([&] { merge_runs(parts, output); });
}

TEST(MergeRuns, TakesEveryUnitFromWhereItIs) {
  const test::TempDir dir;
  merge_runs(std::vector{part(dir / "a", {0, 2}), part(dir / "b", {1})}, dir / "out");
  for (const char* unit : {"0", "1", "2"})
    EXPECT_EQ(test::read_file(dir / ("out/pairs/00000" + std::string(unit) + ".jsonl")),
              "unit " + std::string(unit) + "\n");
  EXPECT_TRUE(std::filesystem::exists(dir / "out/counts.json"));
  EXPECT_TRUE(std::filesystem::exists(dir / "out/report.html"));
}

TEST(MergeRuns, RefusesWhatDoesNotFitTogether) {
  const test::TempDir dir;
  const auto a = part(dir / "a", {0, 2}), b = part(dir / "b", {1}), c = part(dir / "c", {1}, 0.4);
  EXPECT_THAT(merge_error({}, dir / "out"), HasSubstr("nothing to merge"));
  EXPECT_THAT(merge_error({a, c}, dir / "out"), AllOf(HasSubstr("threshold is 0.5 and 0.4"), HasSubstr("/c'")));
  EXPECT_THAT(merge_error({a}, dir / "out"),
              HasSubstr("1 of 3 shards are finished in none of the folders, the first of them 1"));
  EXPECT_THAT(merge_error({a, b, part(dir / "d", {0})}, dir / "out"), AllOf(HasSubstr("shard 0"), HasSubstr("/d'")));
  EXPECT_THAT(merge_error({a, dir / "none"}, dir / "out"), HasSubstr("none"));
  EXPECT_FALSE(std::filesystem::exists(dir / "out"));
  EXPECT_THAT(merge_error({a, b}, a), HasSubstr("exists already"));
}

}  // namespace
}  // namespace blip
