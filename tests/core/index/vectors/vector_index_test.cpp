#include "core/index/vectors/vector_index.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/core/index/index_support.h"
#include "tests/core/index/vectors/vector_files.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

class VectorIndexes : public testing::Test {
 protected:
  VectorIndexes() { writer_.set_models(test::models_named("model")); }

  // All that answers, by the database: the definition of a search.
  std::string expected(const std::vector<float>& query, std::size_t count, const RowFilter& filter = {}) const {
    const IndexReader reader(index_);
    std::vector<test::Row> rows;
    for (const VideoRow& video : reader.videos()) {
      for (const SegmentRow& segment : reader.segments(video.id)) {
        if (!accepts(filter, segment.video, segment.start, segment.end)) continue;
        const auto embedding = reader.embedding(segment.id);
        rows.push_back({segment.id, segment.video, segment.start, segment.end, to_halves(*embedding)});
      }
    }
    return test::text_of(test::expected_hits(rows, query, count));
  }
  void expect_right(const VectorIndex& vectors) const {
    const std::vector<float> query = test::unit_vector(12345);
    EXPECT_EQ(test::text_of(vectors.search(query, 1000)), expected(query, 1000));
    EXPECT_EQ(vectors.state().rows, IndexReader(index_).vector_count());
  }

  const test::TempDir folder_;
  const fs::path index_ = folder_ / "index.db", file_ = folder_ / "index.db.vectors";
  IndexWriter writer_{index_};
};

TEST_F(VectorIndexes, FindTheSegmentWithTheQuerysOwnEmbedding) {
  const VideoWork work = test::add_video(writer_, "/a.mp4", "hash-a", 8);
  const VectorIndex vectors((IndexReader(index_)));
  EXPECT_EQ(vectors.embedding_size(), test::kEmbeddingSize);
  const auto hits = vectors.search(test::unit_vector(3), 1);
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(hits[0].video, work.video);
  EXPECT_EQ(hits[0].start, 3 * test::kSecond);
  EXPECT_EQ(hits[0].end, 4 * test::kSecond);
  EXPECT_EQ(hits[0].score, 1.0F);
  EXPECT_TRUE(fs::exists(file_));
}

TEST_F(VectorIndexes, FollowTheIndex) {
  test::add_video(writer_, "/a.mp4", "hash-a", 20);
  const VideoWork second = test::add_video(writer_, "/b.mp4", "hash-b", 20);
  IndexReader reader(index_);
  VectorIndex vectors(reader);
  expect_right(vectors);

  test::add_video(writer_, "/c.mp4", "hash-c", 7);
  vectors.refresh(reader);
  expect_right(vectors);

  writer_.remove_video(second.video);
  vectors.refresh(reader);
  expect_right(vectors);
  EXPECT_EQ(vectors.state().rows, 27);
  EXPECT_FALSE(vectors.state().rebuilt);
}

TEST_F(VectorIndexes, SeeANewGenerationWhenItAnswersAndTheOldOneUntilThen) {
  test::add_video(writer_, "/a.mp4", "hash-a", 20);
  IndexReader reader(index_);
  VectorIndex vectors(reader);
  const VideoWork renewed = writer_.begin_video(test::video_file("/a.mp4", "hash-new"), "recipe");
  ASSERT_EQ(renewed.kind, VideoWork::Kind::kRenew);
  test::add_segments(writer_, renewed, 0, 6);
  const VideoWork other = test::add_video(writer_, "/b.mp4", "hash-b", 4);
  vectors.refresh(reader);
  EXPECT_EQ(vectors.state().rows, 24);
  expect_right(vectors);
  writer_.finish_video(renewed);
  vectors.refresh(reader);
  EXPECT_EQ(vectors.state().rows, 10);
  expect_right(vectors);
  writer_.remove_video(other.video);
  writer_.compact();
  vectors.refresh(reader);
  EXPECT_EQ(vectors.state().rows, 6);
  expect_right(vectors);
  EXPECT_EQ(vectors.state().warning, "");
}

TEST_F(VectorIndexes, ARestoredOlderIndexIsNotMistakenForTheNewer) {
  test::add_video(writer_, "/a.mp4", "hash-a", 5);
  fs::copy_file(index_, folder_ / "copy.db");
  fs::copy_file(folder_ / "index.db-wal", folder_ / "copy.db-wal");
  test::add_video(writer_, "/b.mp4", "hash-b", 5);
  const VectorIndex newer((IndexReader(index_)));
  EXPECT_EQ(newer.state().rows, 10);
  fs::rename(file_, folder_ / "copy.db.vectors");
  {
    IndexWriter writer(folder_ / "copy.db");
    test::add_video(writer, "/c.mp4", "hash-c", 5);
  }
  const IndexReader restored(folder_ / "copy.db");
  const VectorIndex vectors(restored);
  EXPECT_EQ(vectors.state().rows, 10);
  for (const VectorHit& hit : vectors.search(test::unit_vector(0), 100)) {
    ASSERT_TRUE(restored.video(hit.video));
    EXPECT_NE(restored.video(hit.video)->file.path, "/b.mp4");
  }
}

TEST_F(VectorIndexes, FilterAsTheIndexDoes) {
  for (int video = 0; video < 6; ++video) {
    const std::string name = std::to_string(video);
    test::add_video(writer_, "/folder" + std::to_string(video % 2) + "/" + name + ".mp4", "hash-" + name, 30);
  }
  const IndexReader reader(index_);
  const VectorIndex vectors(reader);
  const std::vector<float> query = test::unit_vector(777);
  for (const std::int64_t from : {std::int64_t{0}, 7 * test::kSecond, 7 * test::kSecond + 1}) {
    for (const std::int64_t to : {std::numeric_limits<std::int64_t>::max(), 9 * test::kSecond}) {
      for (const std::vector<std::string>& paths : {std::vector<std::string>{}, {"/folder1/*"}, {"4.mp4"}, {"none"}}) {
        SearchFilter filter;
        filter.from = from;
        filter.to = to;
        filter.paths = paths;
        const RowFilter rows = resolve_filter(reader, filter);
        EXPECT_EQ(test::text_of(vectors.search(query, 1000, rows)), expected(query, 1000, rows));
      }
    }
  }
}

TEST_F(VectorIndexes, SeveralQueriesAreAsOneAfterAnother) {
  test::add_video(writer_, "/a.mp4", "hash-a", 40);
  const VectorIndex vectors((IndexReader(index_)));
  const std::vector<std::vector<float>> queries = {test::unit_vector(1), test::unit_vector(99), test::unit_vector(5)};
  const auto found = vectors.search(queries, 7);
  ASSERT_EQ(found.size(), 3U);
  for (std::size_t q = 0; q < 3; ++q) {
    EXPECT_EQ(test::text_of(found[q]), test::text_of(vectors.search(queries[q], 7)));
  }
}

TEST_F(VectorIndexes, ASearchThatFindsTheFileDamagedMakesItAnew) {
  test::add_video(writer_, "/a.mp4", "hash-a", 40);
  const VectorIndex vectors((IndexReader(index_)));
  test::flip_bit(file_, kVectorFilePage + 3);
  expect_right(vectors);
  EXPECT_EQ(vectors.state().warning, "'" + file_.string() + "' was damaged; it is made anew");
  const VectorIndex next((IndexReader(index_)));
  EXPECT_FALSE(next.state().rebuilt);
  EXPECT_EQ(next.state().warning, "");
}

TEST_F(VectorIndexes, WorkFromMemoryWhereTheFileCannotBeMade) {
  fs::create_directories(file_ / "in the way");
  test::add_video(writer_, "/a.mp4", "hash-a", 40);
  const VectorIndex vectors((IndexReader(index_)));
  expect_right(vectors);
  EXPECT_EQ(vectors.state().cached, 0);
  EXPECT_NE(vectors.state().warning.find("the embeddings are held in memory"), std::string::npos);
}

TEST_F(VectorIndexes, AnEmptyIndexFindsNothing) {
  const VectorIndex vectors((IndexReader(index_)));
  EXPECT_TRUE(vectors.search(test::unit_vector(0), 5).empty());
  EXPECT_EQ(vectors.state().rows, 0);
}

TEST_F(VectorIndexes, QueriesThatCannotBeComparedAreRefused) {
  test::add_video(writer_, "/a.mp4", "hash-a", 3);
  const VectorIndex vectors((IndexReader(index_)));
  const auto search = [&](const std::vector<float>& query) { return [&, query] { vectors.search(query, 5); }; };
  EXPECT_EQ(test::error_of(search(std::vector<float>(9)), ErrorKind::kInvalidArgument),
            "a query of 9 numbers, expected 8: was the index made with another model?");
  std::vector<float> query = test::unit_vector(0);
  query[3] = std::nanf("");
  EXPECT_EQ(test::error_of(search(query), ErrorKind::kInvalidArgument), "a query holds a number that is not finite");
}

}  // namespace
}  // namespace blip
