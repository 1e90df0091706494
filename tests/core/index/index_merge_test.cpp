#include "core/index/index_merge.h"

#include <gtest/gtest.h>

#include "core/index/sqlite_database.h"
#include "tests/core/index/index_support.h"

namespace blip {
namespace {

using test::add_segments;
using test::add_video;
using test::error_of;
using test::kSecond;
using test::TempDir;
using test::video_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class IndexMergeTest : public ::testing::Test {
 protected:
  std::unique_ptr<IndexWriter> make(const std::string& name, const std::string& model = "model") const {
    auto writer = std::make_unique<IndexWriter>(dir / name);
    writer->set_models(test::models_named(model));
    return writer;
  }
  // Path and captions of each video, by path.
  std::vector<std::string> contents(const std::string& name) const {
    const IndexReader reader(dir / name);
    std::vector<std::string> lines;
    for (const VideoRow& video : reader.videos()) {
      std::string line = video.file.path + " " + name_of(video.state) + ":";
      for (const SegmentRow& segment : reader.segments(video.id)) line += " " + segment.caption;
      lines.push_back(line);
    }
    EXPECT_THAT(reader.verify(true).problems, IsEmpty());
    return lines;
  }

  TempDir dir;
};

TEST_F(IndexMergeTest, TakesEverythingOfFinishedVideos) {
  {
    auto other = make("other.db");
    const VideoWork work = other->begin_video(video_file("/videos/a.mp4", "1"), "recipe");
    Segment segment = test::segment_number(0, "circle");
    segment.subtitle = "Hello";
    segment.features = StoredFeatures{1, 3, {7, 8, 9}};
    other->add_segment(work, 0, segment);
    add_segments(*other, work, 1, 3, "square");
    other->set_size(work, {3 * kSecond, 320, 240});
    other->finish_video(work);
    other->begin_video(video_file("/videos/half.mp4", "2"), "recipe");
    other->expect_video(video_file("/videos/waiting.mp4", "3"));
  }
  auto writer = make("index.db");
  EXPECT_EQ(writer->merge(dir / "other.db"), 1);
  EXPECT_THAT(contents("index.db"), ElementsAre("/videos/a.mp4 done: circle square square"));
  const IndexReader here(dir / "index.db"), there(dir / "other.db");
  const VideoRow video = here.videos()[0], original = there.videos()[0];
  EXPECT_EQ(video.size.duration, 3 * kSecond);
  EXPECT_EQ(video.size.width, 320);
  EXPECT_EQ(video.added, original.added);
  EXPECT_EQ(video.indexed, original.indexed);
  EXPECT_EQ(video.file.modified, original.file.modified);
  const auto copies = here.segments(video.id), originals = there.segments(original.id);
  ASSERT_EQ(copies.size(), originals.size());
  for (std::size_t i = 0; i < copies.size(); ++i) {
    EXPECT_EQ(copies[i].start, originals[i].start);
    EXPECT_EQ(copies[i].end, originals[i].end);
    EXPECT_EQ(copies[i].frame_time, originals[i].frame_time);
    EXPECT_EQ(copies[i].subtitle, originals[i].subtitle);
    EXPECT_EQ(here.thumbnail(copies[i].id), there.thumbnail(originals[i].id));
    EXPECT_EQ(here.embedding(copies[i].id), there.embedding(originals[i].id));
  }
  EXPECT_EQ(here.features(copies[0].id)->values, (std::vector<std::uint16_t>{7, 8, 9}));
  EXPECT_FALSE(here.features(copies[1].id));
  EXPECT_EQ(here.find_words("square", 10).size(), 2U);
  // What was merged is not indexed again.
  EXPECT_EQ(writer->begin_video(video_file("/videos/a.mp4", "1"), "recipe").kind, VideoWork::Kind::kNothing);
}

TEST_F(IndexMergeTest, ASecondMergeTakesNothing) {
  add_video(*make("other.db"), "/videos/a.mp4", "1", 2);
  auto writer = make("index.db");
  EXPECT_EQ(writer->merge(dir / "other.db"), 1);
  EXPECT_EQ(writer->merge(dir / "other.db"), 0);
  EXPECT_EQ(IndexReader(dir / "index.db").status().segments, 2);
}

TEST_F(IndexMergeTest, TheNewerFileUnderAPathStays) {
  const auto add = [](IndexWriter& writer, const std::string& path, const std::string& content, std::int64_t date) {
    const VideoWork work = writer.begin_video({path, content, 1, date}, "recipe");
    add_segments(writer, work, 0, 1, content);
    writer.finish_video(work);
  };
  {
    auto other = make("other.db");
    for (const char* path : {"rtsp://a", "rtsp://b", "rtsp://c", "rtsp://d"}) add(*other, path, "theirs", 100);
  }
  auto writer = make("index.db");
  add(*writer, "rtsp://a", "newer", 101);
  add(*writer, "rtsp://b", "older", 99);
  add(*writer, "rtsp://c", "theirs", 50);
  writer->begin_video({"rtsp://d", "half", 1, 200}, "recipe");
  add(*writer, "rtsp://e", "theirs", 100);
  EXPECT_EQ(writer->merge(dir / "other.db"), 2);
  EXPECT_THAT(contents("index.db"),
              ElementsAre("rtsp://a done: newer", "rtsp://b done: theirs", "rtsp://c done: theirs",
                          "rtsp://d done: theirs", "rtsp://e done: theirs"));
}

TEST_F(IndexMergeTest, ShardsGiveTheSameIndexInWhateverStateTheyComeTogether) {
  for (int shard = 0; shard < 3; ++shard) {
    auto writer = make("shard" + std::to_string(shard));
    for (int video = shard; video < 9; video += 3)
      add_video(*writer, "/videos/" + std::to_string(video), std::to_string(video), video + 1, "shape");
  }
  const auto merged = [&](const std::string& name) {
    auto writer = make(name);
    for (int shard = 0; shard < 3; ++shard) writer->merge(dir / ("shard" + std::to_string(shard)));
    std::vector<SegmentId> ids;
    const IndexReader reader(dir / name);
    for (const VideoRow& video : reader.videos())
      for (const SegmentRow& segment : reader.segments(video.id)) ids.push_back(segment.id);
    return ids;
  };
  EXPECT_EQ(merged("one.db"), merged("two.db"));
  EXPECT_EQ(contents("one.db"), contents("two.db"));
  EXPECT_EQ(contents("one.db").size(), 9U);
}

TEST_F(IndexMergeTest, AnEmptyIndexTakesTheModelsOfTheOther) {
  add_video(*make("other.db", "theirs"), "/videos/a.mp4", "1", 1);
  IndexWriter writer(dir / "index.db");
  EXPECT_EQ(writer.merge(dir / "other.db"), 1);
  EXPECT_EQ(IndexReader(dir / "index.db").models()->embedder_model, "theirs");
}

TEST_F(IndexMergeTest, RefusesAnotherModel) {
  add_video(*make("other.db", "theirs"), "/videos/a.mp4", "1", 1);
  auto writer = make("index.db", "ours");
  EXPECT_THAT(error_of([&] { writer->merge(dir / "other.db"); }, ErrorKind::kInvalidArgument),
              ::testing::AllOf(HasSubstr("'theirs'"), HasSubstr("'ours'")));
  EXPECT_THAT(contents("index.db"), IsEmpty());
}

TEST_F(IndexMergeTest, KnowsAfterwardsWhichFeaturesThereAre) {
  const auto with_features = [&](const std::string& name, const std::string& features) {
    auto writer = make(name);
    IndexModels models = test::models_named("model");
    models.features = features;
    writer->set_models(models);
    add_video(*writer, "/videos/" + name, name, 1);
  };
  with_features("one.db", "vision");
  with_features("two.db", "another");
  with_features("none.db", "");
  auto writer = make("index.db");
  add_video(*writer, "/videos/a.mp4", "1", 1);
  writer->merge(dir / "none.db");
  EXPECT_EQ(IndexReader(dir / "index.db").models()->features, "");
  writer->merge(dir / "one.db");
  EXPECT_EQ(IndexReader(dir / "index.db").models()->features, "vision");
  EXPECT_THAT(error_of([&] { writer->merge(dir / "two.db"); }, ErrorKind::kInvalidArgument), HasSubstr("features"));
}

TEST_F(IndexMergeTest, RefusesWhatIsNoOtherIndex) {
  auto writer = make("index.db");
  EXPECT_THAT(error_of([&] { writer->merge(dir / "none.db"); }, ErrorKind::kNotFound), HasSubstr("none.db"));
  EXPECT_THAT(error_of([&] { writer->merge(dir / "index.db"); }, ErrorKind::kInvalidArgument), HasSubstr("itself"));
  SqliteDatabase(dir / "other.db", SqliteDatabase::Access::kCreate).execute("CREATE TABLE bookmarks(url)");
  error_of([&] { writer->merge(dir / "other.db"); }, ErrorKind::kInvalidData);
}

TEST_F(IndexMergeTest, AnErrorInTheMiddleLeavesWholeVideos) {
  {
    auto other = make("other.db");
    add_video(*other, "/videos/a.mp4", "1", 2, "shape");
    add_video(*other, "/videos/b.mp4", "2", 2, "shape");
  }
  SqliteDatabase(dir / "other.db", SqliteDatabase::Access::kWrite)
      .execute("UPDATE segments SET embedding = x'0102' WHERE id = 4");
  auto writer = make("index.db");
  EXPECT_THAT(error_of([&] { writer->merge(dir / "other.db"); }, ErrorKind::kInvalidData), HasSubstr("/videos/b.mp4"));
  EXPECT_THAT(contents("index.db"), ElementsAre("/videos/a.mp4 done: shape shape"));
}

}  // namespace
}  // namespace blip
