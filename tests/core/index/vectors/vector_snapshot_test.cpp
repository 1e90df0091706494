#include "core/index/vectors/vector_snapshot.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/index/vectors/embedding_rows.h"
#include "tests/core/index/vectors/vector_files.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

constexpr std::int64_t kSize = 40;

VectorRow as_row(const test::Row& row) {
  return {0, row.segment, row.video, row.start, row.end, row.values};
}

// Rows of which some lie in a file, some came later, and some are gone.
struct Mixed {
  explicit Mixed(std::uint64_t seed) : random(seed) {
    all = test::random_rows(random, 1700, 5, kSize);
    test::write_rows(folder / "v", {all.begin(), all.begin() + 1100}, kSize, {1, 2, 3});
    snapshot = VectorSnapshot(std::make_shared<VectorFile>(folder / "v"));
    for (std::size_t i = 1100; i < all.size(); ++i) snapshot.add(as_row(all[i]));
    std::vector<SegmentId> gone = {-1, 99999};  // that were never here
    for (const test::Row& row : all) {
      if (random() % 7 == 0) {
        gone.push_back(row.segment);
      } else {
        living.push_back(row);
      }
    }
    std::shuffle(gone.begin(), gone.end(), random);
    snapshot.remove(gone);
    snapshot.remove({gone.front()});  // again
  }

  std::mt19937_64 random;
  test::TempDir folder;
  std::vector<test::Row> all, living;
  VectorSnapshot snapshot;
};

std::string searched(const VectorSnapshot& snapshot, const std::vector<float>& query, std::size_t count,
                     const RowFilter& filter = {}, int threads = 1) {
  return test::text_of(snapshot.search(std::span(&query, 1), count, filter, threads).front());
}

TEST(VectorSnapshot, FindsWhatIsInTheFileAndWhatCameSinceAndNotWhatIsGone) {
  Mixed mixed(1);
  EXPECT_EQ(mixed.snapshot.rows(), std::ssize(mixed.living));
  EXPECT_EQ(mixed.snapshot.cached_rows(), 1100);
  EXPECT_EQ(mixed.snapshot.added_rows(), 600);
  for (int round = 0; round < 20; ++round) {
    const auto query = test::random_query(mixed.random, kSize);
    const RowFilter filter = test::random_filter(mixed.random, 5);
    EXPECT_EQ(searched(mixed.snapshot, query, 50, filter),
              test::text_of(test::expected_hits(mixed.living, query, 50, filter)));
  }
}

TEST(VectorSnapshot, WrittenIsTheSameWithTheRowsOfAVideoBesideEachOther) {
  Mixed mixed(2);
  mixed.snapshot.place = {4, 5, 6};
  const VectorSnapshot written = mixed.snapshot.write(mixed.folder / "v");
  EXPECT_EQ(written.place, (VectorPlace{4, 5, 6}));
  EXPECT_EQ(written.rows(), std::ssize(mixed.living));
  EXPECT_EQ(written.cached_rows(), written.rows());
  const std::vector<VideoId> one = {3};
  EXPECT_EQ(written.file()->rows_of(one).size(), 1U);
  const auto query = test::random_query(mixed.random, kSize);
  EXPECT_EQ(searched(written, query, 5000), searched(mixed.snapshot, query, 5000));
  EXPECT_EQ(searched(VectorSnapshot(std::make_shared<VectorFile>(mixed.folder / "v")), query, 9),
            searched(mixed.snapshot, query, 9));
}

TEST(VectorSnapshot, ACopyThatIsChangedLeavesTheOtherAsItWas) {
  Mixed mixed(3);
  const auto query = test::random_query(mixed.random, kSize);
  const std::string before = searched(mixed.snapshot, query, 5000);
  VectorSnapshot copy = mixed.snapshot;
  test::Row row = test::random_row(mixed.random, 5000, 5, kSize);
  copy.add(as_row(row));
  copy.remove({mixed.living.front().segment, mixed.living.back().segment});
  EXPECT_EQ(copy.rows(), mixed.snapshot.rows() - 1);
  EXPECT_EQ(searched(mixed.snapshot, query, 5000), before);
  EXPECT_NE(searched(copy, query, 5000), before);
}

TEST(VectorSnapshot, SeveralThreadsFindTheSame) {
  std::mt19937_64 random(4);
  const test::TempDir folder;
  const std::vector<Half> values = to_halves(test::random_query(random, 32 * 1000));
  VectorFileWriter writer(folder / "v", 32);
  for (SegmentId i = 1; i <= 200000; ++i) {
    writer.add(i, i / 100, i, i + 1, {values.data() + random() % (values.size() - 32), 32});
  }
  const VectorSnapshot snapshot(writer.finish({}));
  const auto query = test::random_query(random, 32);
  RowFilter filter;
  filter.from = 1000;
  const std::string one = searched(snapshot, query, 500, filter, 1);
  EXPECT_EQ(searched(snapshot, query, 500, filter, 2), one);
  EXPECT_EQ(searched(snapshot, query, 500, filter, 3), one);
}

TEST(VectorSnapshot, WithoutRowsFindsNothing) {
  const std::vector<float> query(7);
  EXPECT_EQ(searched(VectorSnapshot(), query, 5), "");
  EXPECT_EQ(searched(VectorSnapshot(7), query, 5), "");
}

// Rows of five embeddings each, in a file and in memory, more than a block of them.
TEST(VectorSnapshot, OfSeveralEmbeddingsARowTheBestOneCounts) {
  constexpr std::int64_t kEmbeddings = 5;
  std::mt19937_64 random(7);
  const std::int64_t size = packed_embedding_size(kSize, kEmbeddings);
  std::vector<test::Row> rows = test::random_rows(random, 1300, 4, size);
  for (test::Row& row : rows)
    row.values = to_halves(packed_embedding(test::random_query(random, kEmbeddings * kSize), kEmbeddings));
  const test::TempDir folder;
  test::write_rows(folder / "v", {rows.begin(), rows.begin() + 700}, size, {1, 2, 3});
  VectorSnapshot snapshot(std::make_shared<VectorFile>(folder / "v"));
  for (std::size_t i = 700; i < rows.size(); ++i) snapshot.add(as_row(rows[i]));
  snapshot.remove({rows[3].segment});
  rows.erase(rows.begin() + 3);

  const auto query = test::random_query(random, kSize);
  const RowFilter filter = test::random_filter(random, 4);
  const auto found = snapshot.search(std::span(&query, 1), rows.size(), filter, 1).front();
  std::vector<std::pair<double, SegmentId>> expected;
  for (const test::Row& row : rows)
    if (!test::expected_hits({row}, std::vector<float>(static_cast<std::size_t>(size)), 1, filter).empty())
      expected.emplace_back(row_similarity(to_floats(row.values), query), row.segment);
  std::sort(expected.rbegin(), expected.rend());
  ASSERT_EQ(found.size(), expected.size());
  ASSERT_FALSE(found.empty());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i].score, expected[i].first, 1e-5) << i;
  EXPECT_EQ(found[0].segment, expected[0].second);
}

}  // namespace
}  // namespace blip
