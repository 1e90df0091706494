#include "training/data/sample_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

std::vector<std::int64_t> epoch_of(const SampleOrder& order, std::int64_t epoch) {
  std::vector<std::int64_t> result;
  for (std::int64_t p = 0; p < order.size(); ++p) result.push_back(order.at(epoch, p));
  return result;
}

std::vector<std::int64_t> counting(std::int64_t size) {
  std::vector<std::int64_t> result(static_cast<std::size_t>(size));
  std::iota(result.begin(), result.end(), 0);
  return result;
}

TEST(SampleOrder, AnEpochHoldsEachSampleOnce) {
  for (const std::int64_t window : {1, 2, 3, 100}) {
    const SampleOrder order({5, 1, 7, 0, 3}, {.seed = 3, .window_shards = window});
    for (const std::int64_t epoch : {0, 1, 9}) {
      auto samples = epoch_of(order, epoch);
      EXPECT_NE(samples, counting(16));
      std::sort(samples.begin(), samples.end());
      EXPECT_EQ(samples, counting(16));
    }
  }
}

TEST(SampleOrder, IsAFunctionOfSeedAndEpoch) {
  const SampleOrder order({40, 40}, {.seed = 1}), same({40, 40}, {.seed = 1}), other({40, 40}, {.seed = 2});
  EXPECT_EQ(epoch_of(order, 4), epoch_of(same, 4));
  EXPECT_NE(epoch_of(order, 4), epoch_of(order, 5));
  EXPECT_NE(epoch_of(order, 4), epoch_of(other, 4));
}

TEST(SampleOrder, AnyPositionCanBeAskedForFirst) {
  const std::vector<std::int64_t> sizes(20, 6);
  const SampleOrder order(sizes, {.seed = 1, .window_shards = 2});
  const auto expected = epoch_of(order, 2);
  const SampleOrder fresh(sizes, {.seed = 1, .window_shards = 2});
  for (std::int64_t p = 119; p >= 0; p -= 7) EXPECT_EQ(fresh.at(2, p), expected[static_cast<std::size_t>(p)]);
}

TEST(SampleOrder, StaysWithinAWindowOfShards) {
  const std::vector<std::int64_t> sizes(10, 8);
  const SampleOrder order(sizes, {.seed = 5, .window_shards = 2});
  const auto samples = epoch_of(order, 0);
  std::vector<std::int64_t> first_shards;
  for (std::size_t begin = 0; begin < samples.size(); begin += 16) {
    std::set<std::int64_t> shards;
    for (std::size_t i = begin; i < begin + 16; ++i) shards.insert(samples[i] / 8);
    EXPECT_EQ(shards.size(), 2u);
    first_shards.push_back(*shards.begin());
  }
  EXPECT_FALSE(std::is_sorted(first_shards.begin(), first_shards.end()));
}

TEST(SampleOrder, WhatBelongsTogetherStaysTogether) {
  const SampleOrder order({6, 5, 8}, {.seed = 3, .window_shards = 2, .together = 2});
  auto samples = epoch_of(order, 1);
  for (std::size_t p = 0; p < samples.size(); ++p) {
    const std::int64_t sample = samples[p];
    const bool first_of_two = sample < 6    ? sample % 2 == 0
                              : sample < 11 ? sample % 2 == 0 && sample != 10
                                            : sample % 2 == 1;
    if (!first_of_two) continue;
    ASSERT_LT(p + 1, samples.size());
    EXPECT_EQ(samples[p + 1], sample + 1);
  }
  EXPECT_NE(samples, counting(19));
  std::sort(samples.begin(), samples.end());
  EXPECT_EQ(samples, counting(19));
}

TEST(SampleOrder, UnshuffledIsTheOrderOfTheFiles) {
  EXPECT_EQ(epoch_of(SampleOrder({2, 3}, {.shuffle = false}), 3), counting(5));
}

TEST(SampleOrder, EveryPlaceIsEquallyLikely) {
  const SampleOrder order({4}, {.seed = 1});
  std::vector<int> first(4);
  constexpr int kEpochs = 4000;
  for (int epoch = 0; epoch < kEpochs; ++epoch) ++first[static_cast<std::size_t>(order.at(epoch, 0))];
  for (const int count : first) EXPECT_NEAR(count, kEpochs / 4, 140);  // five standard deviations
}

TEST(SampleOrder, RefusesNoSamplesAndNoWindow) {
  EXPECT_NE(test::error_of([] { SampleOrder({0, 0}, {}); }), "");
  EXPECT_NE(test::error_of([] { SampleOrder({1}, {.window_shards = 0}); }), "");
  EXPECT_NE(test::error_of([] { SampleOrder({1}, {.together = 0}); }), "");
}

}  // namespace
}  // namespace blip
