#include "training/data/batch_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/training/data/data_fixtures.h"
#include "tests/training/data/listed_dataset.h"

namespace blip {
namespace {

using test::error_of;
using testing::HasSubstr;

std::shared_ptr<const Mixture> samples(std::int64_t count, bool shuffle = true) {
  return std::make_shared<Mixture>(std::vector<MixturePart>{{"a", std::make_shared<test::ListedDataset>(count), 1}},
                                   OrderOptions{.seed = 4, .shuffle = shuffle});
}

std::vector<std::int64_t> indices(const BatchPlan& plan, std::int64_t epoch, std::int64_t step) {
  std::vector<std::int64_t> result;
  for (std::int64_t place = 0; place < plan.samples_at(step); ++place)
    result.push_back(plan.at(epoch, step, place, 0).index);
  return result;
}

TEST(BatchPlan, AGlobalBatchIsTheSameForAnyNumberOfRanks) {
  const auto data = samples(50);
  const BatchPlan alone(data, {.batch_size = 12});
  ASSERT_EQ(alone.steps_per_epoch(), 4);
  for (const std::int64_t ranks : {2, 3, 12}) {
    for (std::int64_t step = 0; step < 4; ++step) {
      std::vector<std::int64_t> together;
      for (std::int64_t rank = 0; rank < ranks; ++rank) {
        const BatchPlan plan(data, {.batch_size = 12, .rank = rank, .ranks = ranks});
        const auto own = indices(plan, 1, step);
        EXPECT_EQ(own.size(), static_cast<std::size_t>(12 / ranks));
        together.insert(together.end(), own.begin(), own.end());
      }
      EXPECT_EQ(together, indices(alone, 1, step));
    }
  }
}

TEST(BatchPlan, KeepsAShortLastBatchWhenAskedTo) {
  const auto data = samples(10, /*shuffle=*/false);
  const BatchPlan plan(data, {.batch_size = 4, .drop_last = false});
  EXPECT_EQ(plan.steps_per_epoch(), 3);
  EXPECT_EQ(indices(plan, 0, 2), (std::vector<std::int64_t>{8, 9}));
  EXPECT_EQ(BatchPlan(data, {.batch_size = 4}).steps_per_epoch(), 2);
  EXPECT_EQ(BatchPlan(data, {.batch_size = 20, .drop_last = false}).steps_per_epoch(), 1);
  std::set<std::int64_t> seen;
  for (std::int64_t rank = 0; rank < 3; ++rank)
    for (const auto i : indices(BatchPlan(data, {.batch_size = 4, .rank = rank, .ranks = 3, .drop_last = false}), 0, 2))
      EXPECT_TRUE(seen.insert(i).second);
  EXPECT_EQ(seen, (std::set<std::int64_t>{8, 9}));
}

TEST(BatchPlan, ReplacementsComeFromFurtherBatchesAndAreAllDifferent) {
  for (const std::int64_t size : {7, 16, 50}) {
    const BatchPlan plan(samples(size), {.batch_size = 5});
    const auto own = indices(plan, 0, 0);
    std::set<std::int64_t> seen;
    for (std::int64_t attempt = 0; attempt < plan.attempts(); ++attempt)
      EXPECT_TRUE(seen.insert(plan.at(0, 0, 2, attempt).index).second) << size << " attempt " << attempt;
    EXPECT_EQ(static_cast<std::int64_t>(seen.size()), std::min<std::int64_t>(size, 64));
    if (size >= 10) {
      EXPECT_THAT(own, testing::Not(testing::Contains(plan.at(0, 0, 2, 1).index)));
    }
  }
}

TEST(BatchPlan, RefusesSharesThatCannotBe) {
  const auto data = samples(10);
  EXPECT_THAT(error_of([&] { BatchPlan(data, {.batch_size = 0}); }), HasSubstr("batch size is 0"));
  EXPECT_THAT(error_of([&] { BatchPlan(data, {.batch_size = 11}); }),
              HasSubstr("10 samples does not fill a batch of 11"));
  EXPECT_THAT(error_of([&] { BatchPlan(data, {.batch_size = 4, .rank = 0, .ranks = 3}); }), HasSubstr("shared evenly"));
  EXPECT_THAT(error_of([&] { BatchPlan(data, {.batch_size = 4, .rank = 2, .ranks = 2}); }), HasSubstr("rank 2 of 2"));
}

}  // namespace
}  // namespace blip
