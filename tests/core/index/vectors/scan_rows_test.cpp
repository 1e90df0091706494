#include "core/index/vectors/scan_rows.h"

#include <gtest/gtest.h>

#include "core/index/vectors/memory_rows.h"
#include "tests/core/index/vectors/random_rows.h"

namespace blip {
namespace {

constexpr std::int64_t kSize = 40;

MemoryRows in_memory(const std::vector<test::Row>& list) {
  MemoryRows rows(kSize);
  for (const test::Row& row : list) rows.add(row.segment, row.video, row.start, row.end, row.values);
  return rows;
}

std::vector<VectorHit> scan(const RowBlocks& rows, const std::vector<float>& query, std::size_t count,
                            const RowFilter& filter = {}, const RowBits& dead = {}) {
  TopHits top(count);
  scan_rows(rows, dead, filter, QueryMatrix(std::span(&query, 1), rows.width()), half_dots(), {}, std::span(&top, 1));
  return top.take();
}

TEST(ScanRows, TheBestRowByHandComesFirst) {
  MemoryRows rows(2);
  rows.add(10, 1, 0, 5, to_halves(std::vector<float>{1, 0}));
  rows.add(11, 1, 5, 9, to_halves(std::vector<float>{0, 1}));
  rows.add(12, 2, 0, 7, to_halves(std::vector<float>{0.5F, 0.5F}));
  const auto hits = scan(rows, {0.25F, 2}, 2);
  ASSERT_EQ(hits.size(), 2U);
  EXPECT_EQ(hits[0].segment, 11);
  EXPECT_EQ(hits[0].video, 1);
  EXPECT_EQ(hits[0].start, 5);
  EXPECT_EQ(hits[0].end, 9);
  EXPECT_EQ(hits[0].score, 2.0F);
  EXPECT_EQ(hits[1].segment, 12);
  EXPECT_EQ(hits[1].score, 1.125F);
}

TEST(ScanRows, ASegmentIsInATimeRangeThatItReachesInto) {
  MemoryRows rows(2);
  rows.add(1, 1, 10, 20, to_halves(std::vector<float>{1, 0}));
  const auto found = [&](std::int64_t from, std::int64_t to) {
    RowFilter filter;
    filter.from = from;
    filter.to = to;
    return !scan(rows, {1, 0}, 1, filter).empty();
  };
  EXPECT_TRUE(found(19, 30));
  EXPECT_FALSE(found(20, 30));
  EXPECT_TRUE(found(0, 11));
  EXPECT_FALSE(found(0, 10));
  EXPECT_TRUE(found(12, 13));
  EXPECT_FALSE(found(30, 40));
}

TEST(ScanRows, ARowWithoutDurationIsFoundWithoutAFilter) {
  MemoryRows rows(2);
  rows.add(1, 1, 0, 0, to_halves(std::vector<float>{1, 0}));
  EXPECT_EQ(scan(rows, {1, 0}, 1).size(), 1U);
}

TEST(ScanRows, NoVideosAreNoRows) {
  std::mt19937_64 random(1);
  const MemoryRows rows = in_memory(test::random_rows(random, 10, 2, kSize));
  RowFilter none;
  none.all_videos = false;
  EXPECT_TRUE(scan(rows, test::random_query(random, kSize), 5, none).empty());
}

TEST(ScanRows, AnyFilterGivesWhatLookingAtEveryRowGives) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 40; ++round) {
    auto list = test::random_rows(random, static_cast<std::int64_t>(random() % 1600), 6, kSize);
    if (round % 2 == 0) {
      std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.video < b.video; });
    }
    const MemoryRows rows = in_memory(list);
    RowBits dead;
    std::vector<test::Row> living;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (round % 3 != 0 && random() % 10 == 0) {
        dead.set(static_cast<std::int64_t>(i));
      } else {
        living.push_back(list[i]);
      }
    }
    const RowFilter filter = test::random_filter(random, 6);
    const auto query = test::random_query(random, kSize);
    const std::size_t count = 1 + random() % 700;
    EXPECT_EQ(test::text_of(scan(rows, query, count, filter, dead)),
              test::text_of(test::expected_hits(living, query, count, filter)))
        << "round " << round;
  }
}

TEST(ScanRows, SeveralQueriesInOnePassAreAsOneAfterAnother) {
  std::mt19937_64 random(3);
  const MemoryRows rows = in_memory(test::random_rows(random, 1300, 4, kSize));
  std::vector<std::vector<float>> queries;
  for (int q = 0; q < 7; ++q) queries.push_back(test::random_query(random, kSize));
  std::vector<TopHits> tops(queries.size(), TopHits(20));
  scan_rows(rows, {}, {}, QueryMatrix(queries, rows.width()), half_dots(), {}, tops);
  for (std::size_t q = 0; q < queries.size(); ++q) {
    EXPECT_EQ(test::text_of(tops[q].take()), test::text_of(scan(rows, queries[q], 20)));
  }
}

TEST(ScanRows, PartsTogetherAreTheWhole) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 12; ++round) {
    const MemoryRows rows = in_memory(test::random_rows(random, static_cast<std::int64_t>(random() % 4000), 3, kSize));
    const auto query = test::random_query(random, kSize);
    const QueryMatrix matrix(std::span(&query, 1), rows.width());
    const RowFilter filter = test::random_filter(random, 3);
    const std::int64_t parts = 1 + static_cast<std::int64_t>(random() % 5);
    TopHits all(5000);
    for (std::int64_t part = 0; part < parts; ++part) {
      scan_rows(rows, {}, filter, matrix, half_dots(), {part, parts}, std::span(&all, 1));
    }
    EXPECT_EQ(test::text_of(all.take()), test::text_of(scan(rows, query, 5000, filter)));
  }
}

}  // namespace
}  // namespace blip
