#include "training/results/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/training/results/run_fixture.h"

namespace blip {
namespace {

using testing::HasSubstr;

std::string compare_error(const std::filesystem::path& first, const std::filesystem::path& second) {
  return test::error_of([&] { compare_runs(first, second); });
}

TEST(Compare, PairsSamplesByKey) {
  const test::TempDir dir;
  // The second run has one sample less; over the three that both have it is right where the first was wrong.
  test::write_run(dir / "a", {100, 0, 0, 0});
  test::write_run(dir / "b", {100, 100, 100});
  const auto differences = compare_runs(dir / "a", dir / "b");
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].key, "t2v.r1");
  EXPECT_EQ(differences[0].label, "text to video R@1");
  EXPECT_NEAR(differences[0].first, 100 / 3.0, 1e-9);
  EXPECT_EQ(differences[0].second, 100);
  EXPECT_EQ(differences[0].count, 3);
  EXPECT_DOUBLE_EQ(differences[0].p, 2 / 4.0);  // two of the four sign choices of two differences
  EXPECT_LE(differences[0].low, 200 / 3.0);
  EXPECT_GE(differences[0].high, 200 / 3.0);
}

TEST(Compare, IsTheSameSeenFromTheOtherSide) {
  const test::TempDir dir;
  test::write_run(dir / "a", {1, 5, 3, 2, 8});
  test::write_run(dir / "b", {2, 5, 1, 9, 9});
  const auto there = compare_runs(dir / "a", dir / "b").at(0), back = compare_runs(dir / "b", dir / "a").at(0);
  EXPECT_EQ(there.p, back.p);
  EXPECT_NEAR(there.low, -back.high, 1e-9);
  EXPECT_EQ(there.first, back.second);
}

TEST(Compare, ARunDoesNotDifferFromItself) {
  const test::TempDir dir;
  test::write_run(dir / "a", {1, 5, 3});
  const auto same = compare_runs(dir / "a", dir / "a").at(0);
  EXPECT_EQ(same.p, 1);
  EXPECT_EQ(same.low, 0);
  EXPECT_EQ(same.high, 0);
}

TEST(Compare, OtherModelsAndLimitsMayBeComparedButNotOtherData) {
  const test::TempDir dir;
  test::write_run(dir / "a", {1, 2});
  Fingerprint other = test::some_fingerprint();
  other.model["weights"] = "77aa";
  other.parameters["k"] = 16;
  other.data["limit"] = 2;
  test::write_run(dir / "model", {1, 2}, other);
  EXPECT_EQ(compare_error(dir / "a", dir / "model"), "");
  other.data["data_id"] = "ffff";
  test::write_run(dir / "data", {1, 2}, other);
  EXPECT_THAT(compare_error(dir / "a", dir / "data"), HasSubstr("data.data_id: \"abcd\" here, \"ffff\" there"));
  other = test::some_fingerprint();
  other.command = "caption";
  test::write_run(dir / "command", {1, 2}, other);
  EXPECT_THAT(compare_error(dir / "a", dir / "command"), HasSubstr("data: "));
}

TEST(Compare, WithoutSharedSamplesThereIsNothingToSay) {
  const test::TempDir dir;
  test::write_run(dir / "a", {1});
  test::write_run(dir / "b", {});
  EXPECT_THAT(compare_error(dir / "a", dir / "b"), HasSubstr("no scored samples in common"));
  EXPECT_THAT(compare_error(dir / "a", dir / "none"), HasSubstr("not found: "));
}

TEST(Compare, MakesATable) {
  const std::vector<MetricDifference> differences = {{"a", "R@1", 40, 42.5, 1, 4.125, 0.0301, 100},
                                                     {"b", "CIDEr", 10, 9, -2, 0.5, 0.0001, 7}};
  EXPECT_EQ(comparison_table(differences),
            "| | samples | first | second | difference | 95 % | p |\n|---|---:|---:|---:|---:|---:|---:|\n"
            "| R@1 | 100 | 40.00 | 42.50 | +2.50 | +1.00 to +4.12 | 0.030 |\n"
            "| CIDEr | 7 | 10.00 | 9.00 | -1.00 | -2.00 to +0.50 | < 0.001 |\n");
}

}  // namespace
}  // namespace blip
