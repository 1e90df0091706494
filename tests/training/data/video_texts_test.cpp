#include "training/data/video_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using test::write_file;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(VideoTextsGolden, ReadsEveryClipOfTheShapesWorld) {
  const TextedVideos found = find_texted_videos(test::shapes_dir());
  ASSERT_FALSE(found.videos.empty());
  EXPECT_TRUE(found.warnings.empty());
  for (const TextedVideo& video : found.videos) {
    EXPECT_TRUE(std::filesystem::exists(video.file)) << video.file;
    double before = 0;
    for (const TextSegment& segment : video.segments) {
      EXPECT_NEAR(segment.start, before, 1e-3);
      before = segment.end;
      EXPECT_FALSE(segment.texts.captions.empty());
      EXPECT_FALSE(segment.texts.questions.empty());
    }
  }
}

TEST(VideoTexts, ReadsAnnotations) {
  const test::TempDir dir;
  write_file(dir / "annotations.json", R"({"set": "x", "clips": [
    {"file": "clips/a.mp4", "fps": 15, "shots": [
      {"start": 0, "end": 1.5, "captions": ["one", "two"], "wrong_caption": "no",
       "questions": [{"question": "q?", "answer": "yes", "kind": "exist"}]},
      {"start": 1.5, "end": 2, "captions": ["three"]}]},
    {"file": "/abs/b.mp4", "shots": [{"start": 0, "end": 1, "text": "four", "web": {"text": "noise", "label": "wrong"}}]}]})");
  const TextedVideos found = find_texted_videos(dir.path());
  ASSERT_EQ(found.videos.size(), 2u);
  EXPECT_EQ(found.videos[0].file, dir / "clips/a.mp4");
  EXPECT_EQ(found.videos[1].file, "/abs/b.mp4");
  const auto& segments = found.videos[0].segments;
  ASSERT_EQ(segments.size(), 2u);
  EXPECT_EQ(segments[0].end, 1.5);
  EXPECT_THAT(segments[0].texts.captions, ElementsAre("one", "two"));
  ASSERT_EQ(segments[0].texts.questions.size(), 1u);
  EXPECT_THAT(segments[0].texts.questions[0].answers, ElementsAre("yes"));
  EXPECT_EQ(found.videos[1].segments[0].texts.web, "noise");
}

TEST(VideoTexts, TakesTheCaptionOfAWholeClip) {
  const test::TempDir dir;
  write_file(dir / "annotations.json", R"({"clips": [
    {"file": "a.mp4", "caption": "all of it",
     "shots": [{"start": 1.5, "end": 2, "text": "two"}, {"start": 0.5, "end": 1.5, "text": "one"}]}]})");
  const TextedVideos found = find_texted_videos(dir.path(), /*whole_clips=*/true);
  ASSERT_EQ(found.videos.at(0).segments.size(), 1u);
  const TextSegment& segment = found.videos[0].segments[0];
  EXPECT_EQ(segment.start, 0.5);
  EXPECT_EQ(segment.end, 2);
  EXPECT_THAT(segment.texts.captions, ElementsAre("all of it"));

  write_file(dir / "annotations.json",
             R"({"clips": [{"file": "a.mp4", "shots": [{"start": 0, "end": 1, "text": "one"}]}]})");
  EXPECT_THAT(error_of([&] { find_texted_videos(dir.path(), true); }), HasSubstr("caption"));
  write_file(dir / "v.mp4", "");
  write_file(dir / "v.srt", "00:00:01,000 --> 00:00:02,000\ntext\n");
  EXPECT_THAT(error_of([&] { find_texted_videos(dir / "v.mp4", true); }), HasSubstr("annotations.json"));
}

TEST(VideoTexts, TakesTextFromBesideTheVideo) {
  const test::TempDir dir;
  for (const char* name : {"a.mp4", "b.MKV", "c.webm", "silent.mp4"}) write_file(dir / name, "");
  write_file(dir / "a.srt", "00:00:01,000 --> 00:00:02,000\nfrom srt\n\n00:00:03,000 --> 00:00:02,000\nbad\n");
  write_file(dir / "b.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nfrom vtt\n");
  write_file(dir / "b.srt", "00:00:01,000 --> 00:00:02,000\nnot taken\n");
  write_file(dir / "c.json",
             R"([{"start": 0, "end": 2.5, "text": "from json"}, {"start": 1, "end": 2, "text": "overlap"}])");
  const TextedVideos found = find_texted_videos(dir.path());
  ASSERT_EQ(found.videos.size(), 3u);
  EXPECT_THAT(found.videos[0].segments[0].texts.captions, ElementsAre("from srt"));
  EXPECT_THAT(found.videos[1].segments[0].texts.captions, ElementsAre("from vtt"));
  EXPECT_THAT(found.videos[2].segments[1].texts.captions, ElementsAre("overlap"));
  EXPECT_EQ(found.videos[2].segments[0].end, 2.5);
  EXPECT_THAT(found.warnings, ElementsAre(HasSubstr("a.srt:4:"), HasSubstr("silent.mp4' has no text beside it")));
  EXPECT_EQ(find_texted_videos(dir / "c.webm").videos.size(), 1u);
}

TEST(VideoTexts, NamesWhatIsWrong) {
  const test::TempDir dir;
  const auto annotations = [&](const std::string& json) {
    write_file(dir / "annotations.json", json);
    return error_of([&] { find_texted_videos(dir / "annotations.json"); });
  };
  const std::string clip = R"({"file": "a.mp4", "shots": [{"start": 0, "end": 1, "text": "x"}]})";
  EXPECT_THAT(annotations("{"), HasSubstr("not valid JSON"));
  EXPECT_THAT(annotations("[]"), HasSubstr("must be an object"));
  EXPECT_THAT(annotations(R"({"clips": []})"), HasSubstr("has no clips"));
  EXPECT_THAT(annotations(R"({"clips": {}})"), HasSubstr("'clips' is object; must be a list"));
  EXPECT_THAT(annotations(R"({"clips": [)" + clip + "," + clip + "]}"),
              AllOf(HasSubstr("clips[1]"), HasSubstr("twice")));
  EXPECT_THAT(annotations(R"({"clips": [{"file": "a.mp4", "shots": []}]})"), HasSubstr("has no shots"));
  for (const std::string shot : {R"({"start": 1, "end": 1, "text": "x"})", R"({"start": -1, "end": 1, "text": "x"})"})
    EXPECT_THAT(annotations(R"({"clips": [{"file": "a", "shots": [)" + shot + "]}]}"),
                AllOf(HasSubstr("clips[0] shots[0]"), HasSubstr("must begin at 0 or later")));
  EXPECT_THAT(annotations(R"({"clips": [{"file": "a", "shots": [{"start": "0", "end": 1, "text": "x"}]}]})"),
              HasSubstr("'start' is string; must be a number"));
  EXPECT_THAT(annotations(R"({"clips": [{"file": "a", "shots": [{"start": 0, "end": 1}]}]})"),
              HasSubstr("has no text"));
  EXPECT_THAT(error_of([&] { find_texted_videos(dir / "none"); }), HasSubstr("does not exist"));
  write_file(dir / "v.mp4", "");
  EXPECT_THAT(error_of([&] { find_texted_videos(dir / "v.mp4"); }), HasSubstr("has no text beside it"));
  write_file(dir / "v.srt", "");
  EXPECT_THAT(error_of([&] { find_texted_videos(dir / "v.mp4"); }), HasSubstr("no usable cue"));
  std::filesystem::create_directory(dir / "empty");
  EXPECT_THAT(error_of([&] { find_texted_videos(dir / "empty"); }), HasSubstr("holds neither annotations.json"));
}

}  // namespace
}  // namespace blip
