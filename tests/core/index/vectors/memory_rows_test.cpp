#include "core/index/vectors/memory_rows.h"

#include <gtest/gtest.h>

#include "tests/core/index/vectors/random_rows.h"

namespace blip {
namespace {

TEST(MemoryRows, GiveBackWhatWasAdded) {
  std::mt19937_64 random(1);
  const auto added = test::random_rows(random, 2 * kBlockRows + 3, 5, 40);
  MemoryRows rows(40);
  for (const test::Row& row : added) rows.add(row.segment, row.video, row.start, row.end, row.values);
  ASSERT_EQ(rows.rows(), std::ssize(added));
  ASSERT_EQ(rows.width(), 64);
  for (std::int64_t i = 0; i < rows.rows(); ++i) {
    const test::Row& row = added[static_cast<std::size_t>(i)];
    const RowLabels labels = rows.labels(i / kBlockRows);
    const std::int64_t at = i % kBlockRows;
    EXPECT_EQ(labels.segments[at], row.segment);
    EXPECT_EQ(labels.videos[at], row.video);
    EXPECT_EQ(labels.starts[at], row.start);
    EXPECT_EQ(labels.ends[at], row.end);
    const Half* values = rows.values(i / kBlockRows) + at * 64;
    EXPECT_EQ(std::vector<Half>(values, values + 40), row.values);
    EXPECT_EQ(std::count(values + 40, values + 64, Half{0}), 24);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(values) % 64, 0U);
  }
}

TEST(MemoryRows, FindTheRowsOfVideos) {
  MemoryRows rows(32);
  const std::vector<Half> values(32);
  for (const VideoId video : {7, 7, 3, 3, 3, 9, 7}) rows.add(1, video, 0, 1, values);
  const auto text = [&](const std::vector<VideoId>& videos) {
    std::string found;
    for (const RowRange& range : rows.rows_of(videos)) {
      found += std::to_string(range.first) + "+" + std::to_string(range.count) + " ";
    }
    return found;
  };
  EXPECT_EQ(text({7}), "0+2 6+1 ");
  EXPECT_EQ(text({3, 9}), "2+4 ");
  EXPECT_EQ(text({3, 7, 9}), "0+7 ");
  EXPECT_EQ(text({}), "");
  EXPECT_EQ(text({1, 8}), "");
}

TEST(MemoryRows, ACopyKeepsItsRowsWhileTheOtherGrows) {
  MemoryRows rows(32);
  rows.add(1, 1, 0, 1, std::vector<Half>(32, Half{1}));
  const MemoryRows copy = rows;
  for (SegmentId segment = 2; segment < 1000; ++segment) rows.add(segment, 2, 0, 1, std::vector<Half>(32, Half{2}));
  EXPECT_EQ(copy.rows(), 1);
  EXPECT_EQ(copy.labels(0).segments[0], 1);
  EXPECT_EQ(copy.values(0)[31], 1);
  const std::vector<VideoId> second = {2};
  EXPECT_TRUE(copy.rows_of(second).empty());
  EXPECT_EQ(rows.rows(), 999);
}

}  // namespace
}  // namespace blip
