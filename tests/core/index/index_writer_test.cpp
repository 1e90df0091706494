#include "core/index/index_writer.h"

#include <gtest/gtest.h>

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

class IndexWriterTest : public ::testing::Test {
 protected:
  IndexWriterTest() : index(dir / "index.db"), writer(std::make_unique<IndexWriter>(index)) {
    writer->set_models(test::models_named("model"));
  }

  // Another process takes over.
  void reopen() {
    writer.reset();
    writer = std::make_unique<IndexWriter>(index);
  }
  IndexReader reader() const { return IndexReader(index); }
  VideoRow row(VideoId id) const { return reader().video(id).value(); }
  std::vector<SegmentId> visited(std::int64_t after = 0) const {
    std::vector<SegmentId> ids;
    reader().visit_vectors(after, [&](const VectorRow& vector) { ids.push_back(vector.segment); });
    return ids;
  }

  TempDir dir;
  std::filesystem::path index;
  std::unique_ptr<IndexWriter> writer;
};

TEST_F(IndexWriterTest, StoresAVideoSegmentBySegment) {
  const VideoWork work = writer->begin_video(video_file("/videos/a.mp4", "hash"), "recipe");
  EXPECT_EQ(work.kind, VideoWork::Kind::kNew);
  Segment segment = segment_number(0);
  segment.subtitle = "Good morning";
  segment.features = StoredFeatures{2, 3, {1, 2, 3, 4, 5, 6}};
  const SegmentId id = writer->add_segment(work, 0, segment);
  EXPECT_EQ(row(work.video).state, VideoState::kIndexing);

  const IndexReader index_reader = reader();
  const auto segments = index_reader.segments(work.video);
  ASSERT_EQ(segments.size(), 1U);
  EXPECT_EQ(segments[0].id, id);
  EXPECT_EQ(segments[0].start, 0);
  EXPECT_EQ(segments[0].end, kSecond);
  EXPECT_EQ(segments[0].frame_time, kSecond / 2);
  EXPECT_EQ(segments[0].caption, "a red circle");
  EXPECT_EQ(segments[0].subtitle, "Good morning");
  EXPECT_TRUE(segments[0].has_features);
  EXPECT_EQ(index_reader.thumbnail(id), segment.thumbnail);
  EXPECT_EQ(index_reader.features(id)->values, segment.features->values);
  EXPECT_EQ(index_reader.embedding(id), segment.embedding);
  EXPECT_EQ(visited(), std::vector<SegmentId>{id});

  writer->set_size(work, {kSecond, 320, 240});
  writer->finish_video(work);
  const VideoRow video = row(work.video);
  EXPECT_EQ(video.state, VideoState::kDone);
  EXPECT_EQ(video.size.width, 320);
  EXPECT_EQ(video.segments, 1);
  EXPECT_GT(video.indexed, 0);
  EXPECT_FALSE(video.renewing);
}

TEST_F(IndexWriterTest, HasNothingToDoForAVideoThatIsDone) {
  const VideoWork first = add_video(*writer, "/videos/a.mp4", "hash", 3);
  const VideoWork again = writer->begin_video(video_file("/videos/a.mp4", "hash"), "recipe");
  EXPECT_EQ(again.kind, VideoWork::Kind::kNothing);
  EXPECT_EQ(again.video, first.video);
  EXPECT_EQ(row(first.video).state, VideoState::kDone);
}

TEST_F(IndexWriterTest, GoesOnWhereAnInterruptedOneStopped) {
  const VideoWork first = writer->begin_video(video_file("/videos/a.mp4", "hash"), "recipe");
  add_segments(*writer, first, 0, 3);
  reopen();
  const VideoWork again = writer->begin_video(video_file("/videos/a.mp4", "hash"), "recipe");
  EXPECT_EQ(again.kind, VideoWork::Kind::kResume);
  EXPECT_EQ(again.generation, first.generation);
  EXPECT_EQ(again.segments_done, 3);
  EXPECT_EQ(again.done_until, 3 * kSecond);
  add_segments(*writer, again, 3, 5);
  writer->finish_video(again);
  EXPECT_EQ(reader().segments(first.video).size(), 5U);
}

TEST_F(IndexWriterTest, BeginsAnewWhenTheInterruptedOneHadAnotherRecipe) {
  const VideoWork first = writer->begin_video(video_file("/videos/a.mp4", "hash"), "recipe");
  add_segments(*writer, first, 0, 3);
  const VideoWork again = writer->begin_video(video_file("/videos/a.mp4", "hash"), "another recipe");
  EXPECT_EQ(again.kind, VideoWork::Kind::kNew);
  EXPECT_EQ(again.segments_done, 0);
  EXPECT_TRUE(visited().empty());
  EXPECT_EQ(reader().removed_since(0).size(), 3U);
  add_segments(*writer, again, 0, 1);
  EXPECT_EQ(reader().segments(first.video).size(), 1U);
}

TEST_F(IndexWriterTest, AnOldGenerationAnswersUntilTheNewOneIsFinished) {
  const VideoWork old = add_video(*writer, "/videos/a.mp4", "hash", 2, "a blue square");
  const VideoWork work = writer->begin_video(video_file("/videos/a.mp4", "changed"), "recipe");
  EXPECT_EQ(work.kind, VideoWork::Kind::kRenew);
  add_segments(*writer, work, 0, 3, "a green triangle");
  const VectorPlace before = reader().place();
  EXPECT_EQ(reader().segments(work.video).size(), 2U);
  EXPECT_EQ(reader().find_words("triangle", 10).size(), 0U);
  EXPECT_EQ(reader().find_words("square", 10).size(), 2U);
  EXPECT_TRUE(row(work.video).renewing);
  EXPECT_EQ(row(work.video).generation, old.generation);
  const auto old_ids = visited();

  writer->finish_video(work);
  EXPECT_EQ(reader().segments(work.video).size(), 3U);
  EXPECT_EQ(reader().find_words("triangle", 10).size(), 3U);
  EXPECT_EQ(reader().find_words("square", 10).size(), 0U);
  EXPECT_FALSE(row(work.video).renewing);
  EXPECT_EQ(reader().removed_since(before.removal), old_ids);
  EXPECT_EQ(visited(before.sequence).size(), 3U);
}

}  // namespace
}  // namespace blip
