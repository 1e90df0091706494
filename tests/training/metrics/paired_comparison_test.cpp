#include "training/metrics/paired_comparison.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "training/data/random_stream.h"

namespace blip {
namespace {

using Values = std::vector<double>;

TEST(PairedComparison, TriesAllSignsOfFewClusters) {
  // Differences 1, 1 and 2: of the eight sign choices only ++-like ones reach 4, those with all signs the same.
  const auto found = compare_means(Clusters(3), Values{0, 0, 0}, Values{1, 1, 2});
  EXPECT_DOUBLE_EQ(found.difference, 4 / 3.0);
  EXPECT_DOUBLE_EQ(found.p, 2 / 8.0);
  // Differences 1 and -3: |1 - 3| = 2 is reached by all four choices.
  EXPECT_DOUBLE_EQ(compare_means(Clusters(2), Values{0, 3}, Values{1, 0}).p, 1);
}

TEST(PairedComparison, ClustersChangeTheirSignAsOne) {
  // Four samples in two clusters: two of four choices, where four free samples would give two of sixteen.
  const std::vector<std::string> videos = {"a", "a", "b", "b"};
  const Values first = {0, 0, 0, 0}, second = {1, 1, 1, 1};
  EXPECT_DOUBLE_EQ(compare_means(Clusters(videos), first, second).p, 2 / 4.0);
  EXPECT_DOUBLE_EQ(compare_means(Clusters(4), first, second).p, 2 / 16.0);
}

TEST(PairedComparison, EqualRunsDoNotDiffer) {
  const Values values = {1, 0, 1, 1};
  const auto found = compare_means(Clusters(4), values, values);
  EXPECT_EQ(found.difference, 0);
  EXPECT_EQ(found.p, 1);
  EXPECT_EQ(found.interval->low, 0);
  EXPECT_EQ(found.interval->high, 0);
}

TEST(PairedComparison, IsTheSameSeenFromTheOtherSide) {
  RandomStream random({11});
  Values first(200), second(200);
  for (std::size_t i = 0; i < first.size(); ++i) {
    first[i] = random.chance(0.5) ? 1 : 0;
    second[i] = random.chance(0.6) ? 1 : 0;
  }
  const auto there = compare_means(Clusters(200), first, second), back = compare_means(Clusters(200), second, first);
  EXPECT_DOUBLE_EQ(there.difference, -back.difference);
  EXPECT_DOUBLE_EQ(there.p, back.p);
  EXPECT_NEAR(there.interval->low, -back.interval->high, 1e-12);
  EXPECT_EQ(there.first, back.second);
}

TEST(PairedComparison, ManySamplesThatAgreeAreSure) {
  const Values first(100, 0), second(100, 1);
  const auto found = compare_means(Clusters(100), first, second, {.permutations = 999});
  EXPECT_DOUBLE_EQ(found.p, 1 / 1000.0);
  EXPECT_EQ(found.interval->low, 1);
}

TEST(PairedComparison, RefusesValuesThatAreNoPairs) {
  EXPECT_THROW(compare_means(Clusters(2), Values{1, 2}, Values{1}), Error);
  EXPECT_THROW(compare_means(Clusters(0), {}, {}), Error);
  EXPECT_THROW(compare_means(Clusters(1), Values{1}, Values{1}, {.permutations = 0}), Error);
}

}  // namespace
}  // namespace blip
