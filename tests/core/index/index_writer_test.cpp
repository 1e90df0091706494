#include "core/index/index_writer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <map>

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

TEST_F(IndexWriterTest, ARenewalThatWasInterruptedGoesOnBesideTheOldGeneration) {
  const VideoWork old = add_video(*writer, "/videos/a.mp4", "hash", 2);
  const VideoWork first = writer->begin_video(video_file("/videos/a.mp4", "hash"), "recipe", true);
  EXPECT_EQ(first.kind, VideoWork::Kind::kRenew);
  add_segments(*writer, first, 0, 3);
  reopen();
  const VideoWork again = writer->begin_video(video_file("/videos/a.mp4", "hash"), "recipe", true);
  EXPECT_EQ(again.kind, VideoWork::Kind::kResume);
  EXPECT_EQ(again.segments_done, 3);
  EXPECT_EQ(row(old.video).segments, 2);
  writer->finish_video(again);
  EXPECT_EQ(row(old.video).segments, 3);
}

TEST_F(IndexWriterTest, ARenewalThatIsNoLongerWantedIsRemoved) {
  const VideoWork old = add_video(*writer, "/videos/a.mp4", "hash", 2);
  add_segments(*writer, writer->begin_video(video_file("/videos/a.mp4", "changed"), "recipe"), 0, 3);
  const VideoWork back = writer->begin_video(video_file("/videos/a.mp4", "hash"), "recipe");
  EXPECT_EQ(back.kind, VideoWork::Kind::kNothing);
  const VideoRow video = row(old.video);
  EXPECT_EQ(video.state, VideoState::kDone);
  EXPECT_FALSE(video.renewing);
  EXPECT_EQ(video.segments, 2);
  EXPECT_TRUE(reader().removed_since(0).empty());  // none of the hidden ones ever answered
  EXPECT_THAT(reader().verify(true).problems, ::testing::IsEmpty());
}

TEST_F(IndexWriterTest, KnowsAMovedFileByItsContent) {
  const VideoWork first = add_video(*writer, (dir / "gone.mp4").string(), "hash", 2);
  const std::string path = (dir / "here.mp4").string();
  const VideoWork moved = writer->begin_video(video_file(path, "hash"), "recipe");
  EXPECT_EQ(moved.kind, VideoWork::Kind::kMoved);
  EXPECT_EQ(moved.video, first.video);
  EXPECT_EQ(row(first.video).file.path, path);
  EXPECT_EQ(reader().videos().size(), 1U);
  EXPECT_EQ(reader().segments(first.video).size(), 2U);
}

TEST_F(IndexWriterTest, AMovedFileReplacesTheVideoThatWasUnderItsPath) {
  const VideoWork moved_from = add_video(*writer, (dir / "gone.mp4").string(), "hash", 2);
  const std::string path = (dir / "here.mp4").string();
  add_video(*writer, path, "overwritten", 3);
  EXPECT_EQ(writer->begin_video(video_file(path, "hash"), "recipe").kind, VideoWork::Kind::kMoved);
  ASSERT_EQ(reader().videos().size(), 1U);
  EXPECT_EQ(reader().videos()[0].id, moved_from.video);
  EXPECT_EQ(reader().removed_since(0).size(), 3U);
}

TEST_F(IndexWriterTest, AMovedFileThatWasExpectedAtItsNewPathIsStillKnown) {
  const VideoWork first = add_video(*writer, (dir / "gone.mp4").string(), "hash", 2);
  const std::string path = (dir / "here.mp4").string();
  writer->expect_video({path, "", 0, 0});
  EXPECT_EQ(reader().status().waiting, 1);
  const VideoWork moved = writer->begin_video(video_file(path, "hash"), "recipe");
  EXPECT_EQ(moved.kind, VideoWork::Kind::kMoved);
  EXPECT_EQ(moved.video, first.video);
  EXPECT_EQ(reader().status().videos, 1);
}

TEST_F(IndexWriterTest, AMovedFileThatWasHalfDoneGoesOn) {
  const VideoWork first = writer->begin_video(video_file((dir / "gone.mp4").string(), "hash"), "recipe");
  add_segments(*writer, first, 0, 2);
  const VideoWork moved = writer->begin_video(video_file((dir / "here.mp4").string(), "hash"), "recipe");
  EXPECT_EQ(moved.kind, VideoWork::Kind::kResume);
  EXPECT_EQ(moved.video, first.video);
  EXPECT_EQ(moved.segments_done, 2);
}

TEST_F(IndexWriterTest, TheSameBytesUnderASecondPathAreAVideoOfTheirOwn) {
  const std::string path = (dir / "still_there.mp4").string();
  std::ofstream(path) << "video";
  const VideoWork first = add_video(*writer, path, "hash", 2);
  const VideoWork second = writer->begin_video(video_file((dir / "copy.mp4").string(), "hash"), "recipe");
  EXPECT_EQ(second.kind, VideoWork::Kind::kNew);
  EXPECT_NE(second.video, first.video);
}

TEST_F(IndexWriterTest, ALiveStreamIsNeverMoved) {
  add_video(*writer, "rtsp://camera/1", "hash", 1);
  EXPECT_EQ(writer->begin_video(video_file((dir / "a.mp4").string(), "hash"), "recipe").kind, VideoWork::Kind::kNew);
}

TEST_F(IndexWriterTest, AFailedVideoKeepsWhatWasDoneAndCanBeTriedAgain) {
  const VideoWork work = writer->begin_video(video_file("/videos/a.mp4", "hash"), "recipe");
  add_segments(*writer, work, 0, 2);
  writer->fail_video(work, "the file ends early");
  const VideoRow failed = row(work.video);
  EXPECT_EQ(failed.state, VideoState::kFailed);
  EXPECT_EQ(failed.error, "the file ends early");
  EXPECT_EQ(reader().segments(work.video).size(), 2U);
  const VideoWork again = writer->begin_video(video_file("/videos/a.mp4", "hash"), "recipe");
  EXPECT_EQ(again.kind, VideoWork::Kind::kResume);
  EXPECT_EQ(row(work.video).state, VideoState::kIndexing);
  EXPECT_EQ(row(work.video).error, "");
}

TEST_F(IndexWriterTest, CountsOfVideosAndStagesAddUp) {
  add_video(*writer, "/videos/a.mp4", "a", 2);
  const VideoWork begun = writer->begin_video(video_file("/videos/b.mp4", "b"), "recipe");
  writer->add_segment(begun, 0, segment_number(0, ""));
  writer->fail_video(writer->begin_video(video_file("/videos/c.mp4", "c"), "recipe"), "broken");
  writer->expect_video(video_file("/videos/d.mp4", "d"));
  writer->expect_video(video_file("/videos/d.mp4", "d"));
  const IndexStatus status = reader().status();
  EXPECT_EQ(status.videos, 4);
  EXPECT_EQ(status.done, 1);
  EXPECT_EQ(status.indexing, 1);
  EXPECT_EQ(status.failed, 1);
  EXPECT_EQ(status.waiting, 1);
  EXPECT_EQ(status.segments, 3);
  EXPECT_EQ(status.captions, 2);
  EXPECT_EQ(status.thumbnails, 3);
  EXPECT_EQ(status.duration, 2 * kSecond);
  EXPECT_GT(status.bytes, 0U);

  std::map<std::string, std::int64_t> done;
  for (const StageCount& stage : row(begun.video).stages) {
    EXPECT_EQ(stage.state, VideoState::kIndexing);
    done[stage.stage] = stage.done;
  }
  EXPECT_EQ(done, (std::map<std::string, std::int64_t>{
                      {"frames", 1}, {"embeddings", 1}, {"thumbnails", 1}, {"captions", 0}}));
}

TEST_F(IndexWriterTest, RemovesEverythingThatBelongsToAVideo) {
  const VideoWork kept = add_video(*writer, "/videos/a.mp4", "a", 2, "a red circle");
  const VideoWork removed = writer->begin_video(video_file("/videos/b.mp4", "b"), "recipe");
  Segment segment = segment_number(0, "a blue square");
  segment.features = StoredFeatures{1, 2, {1, 2}};
  const SegmentId id = writer->add_segment(removed, 0, segment);
  writer->remove_video(removed.video);
  const IndexReader index_reader = reader();
  EXPECT_FALSE(index_reader.video(removed.video));
  EXPECT_TRUE(index_reader.segments(std::vector<SegmentId>{id}).empty());
  EXPECT_FALSE(index_reader.thumbnail(id));
  EXPECT_FALSE(index_reader.features(id));
  EXPECT_FALSE(index_reader.embedding(id));
  EXPECT_TRUE(index_reader.find_words("square", 10).empty());
  EXPECT_EQ(index_reader.removed_since(0), std::vector<SegmentId>{id});
  EXPECT_EQ(index_reader.segments(kept.video).size(), 2U);
  EXPECT_THAT(index_reader.verify(true).problems, ::testing::IsEmpty());
  EXPECT_THAT(error_of([&] { writer->remove_video(removed.video); }, ErrorKind::kNotFound), HasSubstr("no video"));
}

TEST_F(IndexWriterTest, NeverUsesAnIdAgain) {
  const VideoWork work = add_video(*writer, "/videos/a.mp4", "a", 3);
  const SegmentId last = reader().segments(work.video).back().id;
  writer->remove_video(work.video);
  writer->compact();
  reopen();
  const VideoWork next = add_video(*writer, "/videos/b.mp4", "b", 1);
  EXPECT_GT(reader().segments(next.video)[0].id, last);
  EXPECT_GT(next.video, work.video);
}

TEST_F(IndexWriterTest, WorkOnAVideoThatWasRemovedIsRefused) {
  const VideoWork work = writer->begin_video(video_file("/videos/a.mp4", "a"), "recipe");
  writer->remove_video(work.video);
  EXPECT_THAT(error_of([&] { writer->add_segment(work, 0, segment_number(0)); }, ErrorKind::kNotFound),
              HasSubstr("was removed"));
  error_of([&] { writer->finish_video(work); }, ErrorKind::kNotFound);
}

TEST_F(IndexWriterTest, RemovesOldSegmentsOfALiveStream) {
  const VideoWork work = writer->begin_video(video_file("rtsp://camera/1", "url"), "recipe");
  add_segments(*writer, work, 0, 5);
  EXPECT_EQ(writer->remove_segments_before(work.video, 3 * kSecond), 2);  // the third ends at 3 s, not before
  EXPECT_EQ(writer->remove_segments_before(work.video, 3 * kSecond), 0);
  EXPECT_EQ(reader().segments(work.video)[0].ordinal, 2);
  EXPECT_EQ(row(work.video).segments, 3);
  writer->add_segment(work, 5, segment_number(5));
  EXPECT_EQ(writer->remove_segments_before(work.video, 100 * kSecond), 4);
  EXPECT_EQ(reader().status().segments, 0);
  writer->add_segment(work, 6, segment_number(6));
  EXPECT_THAT(reader().verify(true).problems, ::testing::IsEmpty());
  EXPECT_EQ(writer->remove_segments_before(12345, 0), 0);
}

TEST_F(IndexWriterTest, RefusesAnotherModelUnlessNothingIsIndexed) {
  writer->set_models(test::models_named("other"));
  EXPECT_EQ(reader().models()->embedder_model, "other");
  add_video(*writer, "/videos/a.mp4", "a", 1);
  EXPECT_THAT(error_of([&] { writer->set_models(test::models_named("model")); }, ErrorKind::kInvalidArgument),
              ::testing::AllOf(HasSubstr("'other'"), HasSubstr("'model'")));
  IndexModels captioned = test::models_named("other");
  captioned.captioner_model = "a better captioner";
  writer->set_models(captioned);
  EXPECT_EQ(reader().models()->captioner_model, "a better captioner");
}

TEST_F(IndexWriterTest, KeepsWhichFeaturesThereAre) {
  IndexModels models = test::models_named("model");
  models.features = "vision";
  writer->set_models(models);
  add_video(*writer, "/videos/a.mp4", "a", 1);
  writer->set_models(test::models_named("model"));
  EXPECT_EQ(reader().models()->features, "vision");
  models.features = "another";
  EXPECT_THAT(error_of([&] { writer->set_models(models); }, ErrorKind::kInvalidArgument), HasSubstr("vision model"));
}

TEST_F(IndexWriterTest, RefusesSegmentsThatCannotBeRight) {
  const VideoWork work = writer->begin_video(video_file("/videos/a.mp4", "a"), "recipe");
  writer->add_segment(work, 0, segment_number(1));
  const auto refused = [&](std::int64_t ordinal, const Segment& segment) {
    return error_of([&] { writer->add_segment(work, ordinal, segment); }, ErrorKind::kInvalidArgument);
  };
  EXPECT_THAT(refused(2, segment_number(2)), HasSubstr("segment 1 is the next"));
  EXPECT_THAT(refused(0, segment_number(2)), HasSubstr("segment 1 is the next"));
  EXPECT_THAT(refused(1, segment_number(0)), HasSubstr("the one before it"));
  Segment segment = segment_number(2);
  segment.end = segment.start - 1;
  EXPECT_THAT(refused(1, segment), HasSubstr("ends before it begins"));
  segment = segment_number(2);
  segment.embedding.push_back(0);
  EXPECT_THAT(refused(1, segment), HasSubstr("9 numbers, the index has 8"));
  segment.embedding = std::vector<float>(8, 1.0F);
  EXPECT_THAT(refused(1, segment), HasSubstr("length 2.8"));
  segment.embedding = std::vector<float>(8, std::nanf(""));
  EXPECT_THAT(refused(1, segment), HasSubstr("length"));
  segment = segment_number(2);
  segment.features = StoredFeatures{2, 2, {1}};
  EXPECT_THAT(refused(1, segment), HasSubstr("features"));
  EXPECT_EQ(reader().segments(work.video).size(), 1U);
}

TEST_F(IndexWriterTest, FinishesOnce) {
  const VideoWork work = add_video(*writer, "/videos/a.mp4", "a", 1);
  error_of([&] { writer->finish_video(work); }, ErrorKind::kInvalidArgument);
  error_of([&] { writer->add_segment(work, 1, segment_number(1)); }, ErrorKind::kInvalidArgument);
}

TEST_F(IndexWriterTest, CompactGivesSpaceBackAndKeepsWhatIsThere) {
  const VideoWork kept = add_video(*writer, "/videos/a.mp4", "a", 3, "a red circle");
  const VideoWork work = writer->begin_video(video_file("/videos/b.mp4", "b"), "recipe");
  for (int number = 0; number < 20; ++number) {
    Segment segment = segment_number(number);
    segment.thumbnail = test::jpeg_of(std::string(20'000, 'x'));
    writer->add_segment(work, number, segment);
  }
  const VectorPlace before = reader().place();
  EXPECT_TRUE(reader().knows(before));
  writer->remove_video(work.video);
  writer->compact();
  EXPECT_LT(reader().status().bytes, 300'000U);
  EXPECT_EQ(reader().segments(kept.video).size(), 3U);
  EXPECT_EQ(reader().find_words("circles", 10).size(), 3U);
  EXPECT_FALSE(reader().knows(before));
  EXPECT_TRUE(reader().removed_since(0).empty());
  EXPECT_THAT(reader().verify(true).problems, ::testing::IsEmpty());
}

TEST_F(IndexWriterTest, MakesTheFolderAndKeepsASecondWriterOut) {
  const auto deep = dir.path() / "a" / "b" / "index.db";
  const IndexWriter first(deep);
  EXPECT_THAT(error_of([&] { IndexWriter second(deep); }, ErrorKind::kFailed),
              HasSubstr("process " + std::to_string(::getpid())));
}

}  // namespace
}  // namespace blip
