#include "core/index/index_reader.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/core/index/index_support.h"

namespace blip {
namespace {

using test::add_segments;
using test::add_video;
using test::error_of;
using test::kSecond;
using test::segment_number;
using test::TempDir;
using test::video_file;
using ::testing::HasSubstr;

class IndexReaderTest : public ::testing::Test {
 protected:
  IndexReaderTest() : index(dir / "index.db"), writer(index) { writer.set_models(test::models_named("model")); }
  IndexReader reader() const { return IndexReader(index); }

  TempDir dir;
  std::filesystem::path index;
  IndexWriter writer;
};

TEST(IndexReader, SaysThatThereIsNoIndex) {
  const TempDir dir;
  EXPECT_THAT(error_of([&] { IndexReader reader(dir / "none.db"); }, ErrorKind::kNotFound), HasSubstr("none.db"));
}

TEST_F(IndexReaderTest, AnEmptyIndexHasNothing) {
  const IndexReader empty = reader();
  EXPECT_TRUE(empty.videos().empty());
  EXPECT_EQ(empty.status().videos, 0);
  EXPECT_EQ(empty.vector_count(), 0);
  EXPECT_EQ(empty.visit_vectors(0, [](const VectorRow&) {}).rows, 0);
  EXPECT_FALSE(empty.segment_at(1, 0));
  EXPECT_TRUE(empty.find_words("circle", 10).empty());
  EXPECT_THAT(empty.verify(true).problems, ::testing::IsEmpty());
}

TEST_F(IndexReaderTest, FindsVideosByPathAndByTheEndOfIt) {
  add_video(writer, "/videos/b/talk.mp4", "1", 1);
  add_video(writer, "/videos/a/talk.mp4", "2", 1);
  const VideoWork other = add_video(writer, "/videos/a/walk%.mp4", "3", 1);
  const IndexReader index_reader = reader();
  ASSERT_EQ(index_reader.videos().size(), 3U);
  EXPECT_EQ(index_reader.videos()[0].file.path, "/videos/a/talk.mp4");
  EXPECT_EQ(index_reader.video_briefs()[2].path, "/videos/b/talk.mp4");
  EXPECT_EQ(index_reader.video_at("/videos/b/talk.mp4")->file.content_hash, "1");
  EXPECT_EQ(index_reader.video_at("a/talk.mp4")->file.content_hash, "2");
  EXPECT_EQ(index_reader.video_at("walk%.mp4")->id, other.video);
  EXPECT_FALSE(index_reader.video_at("alk%.mp4"));
  EXPECT_FALSE(index_reader.video_at("%"));
  EXPECT_FALSE(index_reader.video_at(""));
  EXPECT_FALSE(index_reader.video_at("http://videos/a/talk.mp4"));
  EXPECT_THAT(error_of([&] { index_reader.video_at("talk.mp4"); }, ErrorKind::kInvalidArgument),
              ::testing::AllOf(HasSubstr("/videos/a/talk.mp4"), HasSubstr("/videos/b/talk.mp4")));
}

TEST_F(IndexReaderTest, GivesSegmentsInTheOrderAskedForWithoutThoseThatAreGone) {
  const VideoWork work = add_video(writer, "/videos/a.mp4", "1", 3);
  const auto segments = reader().segments(work.video);
  const std::vector<SegmentId> ids = {segments[2].id, 999, segments[0].id, segments[2].id};
  const auto found = reader().segments(ids);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].ordinal, 2);
  EXPECT_EQ(found[1].ordinal, 0);
  EXPECT_EQ(found[2].ordinal, 2);
}

TEST_F(IndexReaderTest, SegmentsOfAHiddenGenerationAreNotGiven) {
  add_video(writer, "/videos/a.mp4", "1", 1);
  const VideoWork work = writer.begin_video(video_file("/videos/a.mp4", "2"), "recipe");
  const SegmentId hidden = writer.add_segment(work, 0, segment_number(0));
  EXPECT_TRUE(reader().segments(std::vector<SegmentId>{hidden}).empty());
  writer.finish_video(work);
  EXPECT_EQ(reader().segments(std::vector<SegmentId>{hidden}).size(), 1U);
}

TEST_F(IndexReaderTest, FindsTheSegmentOfATime) {
  const VideoWork work = writer.begin_video(video_file("/videos/a.mp4", "1"), "recipe");
  const std::vector<std::pair<int, int>> spans = {{10, 20}, {20, 30}, {50, 60}, {60, 60}, {60, 70}};
  for (std::size_t i = 0; i < spans.size(); ++i) {
    Segment segment = segment_number(0);
    segment.start = spans[i].first;
    segment.end = spans[i].second;
    writer.add_segment(work, static_cast<std::int64_t>(i), segment);
  }
  const IndexReader index_reader = reader();
  const auto ordinal_at = [&](std::int64_t time) { return index_reader.segment_at(work.video, time)->ordinal; };
  EXPECT_EQ(ordinal_at(0), 0);
  EXPECT_EQ(ordinal_at(10), 0);
  EXPECT_EQ(ordinal_at(19), 0);
  EXPECT_EQ(ordinal_at(20), 1);
  EXPECT_EQ(ordinal_at(35), 1);  // 5 after its end, 15 before the next
  EXPECT_EQ(ordinal_at(45), 2);
  EXPECT_EQ(ordinal_at(65), 4);
  EXPECT_EQ(ordinal_at(1000), 4);
  writer.remove_segments_before(work.video, 35);
  EXPECT_EQ(ordinal_at(0), 2);
  EXPECT_EQ(ordinal_at(61), 4);
}

TEST_F(IndexReaderTest, HoldShowsOneStateWhileOthersWrite) {
  const VideoWork work = writer.begin_video(video_file("/videos/a.mp4", "1"), "recipe");
  add_segments(writer, work, 0, 2);
  const IndexReader index_reader = reader();
  {
    std::optional<IndexReader::Hold> held = index_reader.hold();
    const auto inner = index_reader.hold();
    add_segments(writer, work, 2, 5);
    EXPECT_EQ(index_reader.segments(work.video).size(), 2U);
    EXPECT_EQ(index_reader.vector_count(), 2);
    held.reset();
    EXPECT_EQ(index_reader.vector_count(), 2);
  }
  EXPECT_EQ(index_reader.vector_count(), 5);
}

TEST_F(IndexReaderTest, VisitsVectorsInTheOrderInWhichTheyBeginToAnswer) {
  const VideoWork first = add_video(writer, "/videos/a.mp4", "1", 2);
  const VideoWork renewed = writer.begin_video(video_file("/videos/a.mp4", "2"), "recipe");
  const SegmentId hidden = writer.add_segment(renewed, 0, segment_number(3));
  const VideoWork other = add_video(writer, "/videos/b.mp4", "3", 1);
  const IndexReader index_reader = reader();
  const VectorPlace place = index_reader.place();
  std::vector<SegmentId> seen;
  const auto see = [&](const VectorRow& row) { seen.push_back(row.segment); };
  EXPECT_EQ(index_reader.visit_vectors(0, see).rows, 3);
  EXPECT_GT(seen.back(), hidden);

  writer.finish_video(renewed);
  seen.clear();
  index_reader.visit_vectors(place.sequence, [&](const VectorRow& row) {
    see(row);
    EXPECT_EQ(row.video, first.video);
    EXPECT_EQ(row.start, 3 * kSecond);
    EXPECT_EQ(row.end, 4 * kSecond);
    const std::vector<std::uint16_t> expected = {0, 0, 0, 0x3c00, 0, 0, 0, 0};
    EXPECT_EQ(std::vector<std::uint16_t>(row.embedding.begin(), row.embedding.end()), expected);
  });
  EXPECT_EQ(seen, std::vector<SegmentId>{hidden});
  EXPECT_EQ(index_reader.removed_since(place.removal).size(), 2U);
  EXPECT_EQ(index_reader.vector_count(), 2);
  EXPECT_EQ(index_reader.segments(other.video).size(), 1U);
}

class IndexPlaceTest : public ::testing::Test {
 protected:
  // One run of a program that adds a video.
  void session(const std::string& path, std::int64_t segments = 2) {
    IndexWriter writer(index);
    writer.set_models(test::models_named("model"));
    add_video(writer, path, path, segments);
  }
  VectorPlace place() const { return IndexReader(index).place(); }
  bool knows(const VectorPlace& place) const { return IndexReader(index).knows(place); }

  TempDir dir;
  std::filesystem::path index = dir / "index.db";
};

TEST_F(IndexPlaceTest, IsKnownInLaterSessions) {
  session("/videos/a.mp4");
  const VectorPlace first = place();
  EXPECT_EQ(first.sequence, 2);
  session("/videos/b.mp4");
  const VectorPlace second = place();
  EXPECT_NE(second.session, first.session);
  EXPECT_TRUE(knows(first));
  EXPECT_TRUE(knows(second));
  EXPECT_TRUE(knows({}));
}

TEST_F(IndexPlaceTest, OfAnotherIndexIsNotKnown) {
  session("/videos/a.mp4");
  const VectorPlace first = place();
  std::filesystem::remove(index);
  session("/videos/a.mp4");
  EXPECT_EQ(place().sequence, first.sequence);
  EXPECT_FALSE(knows(first));
}

// Also when as much was added to the copy that was put back as the original had.
TEST_F(IndexPlaceTest, BeyondACopyThatWasPutBackIsNotKnown) {
  session("/videos/a.mp4");
  const VectorPlace before = place();
  std::filesystem::copy_file(index, dir / "copy.db");
  session("/videos/b.mp4");
  const VectorPlace after = place();
  std::filesystem::copy_file(dir / "copy.db", index, std::filesystem::copy_options::overwrite_existing);
  session("/videos/c.mp4");
  EXPECT_EQ(place().sequence, after.sequence);
  EXPECT_TRUE(knows(before));
  EXPECT_FALSE(knows(after));
}

TEST_F(IndexPlaceTest, ThatASessionHasNotReachedIsNotKnown) {
  session("/videos/a.mp4");
  const VectorPlace reached = place();
  EXPECT_FALSE(knows({reached.session, reached.sequence + 1, reached.removal}));
  EXPECT_FALSE(knows({reached.session, reached.sequence, reached.removal + 1}));
  session("/videos/b.mp4");
  EXPECT_FALSE(knows({reached.session, reached.sequence + 1, reached.removal}));
}

}  // namespace
}  // namespace blip
