#include "training/data/frame_text_extract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/support/temp_dir.h"
#include "tests/training/data/clip_fixture.h"
#include "tests/training/data/data_fixtures.h"
#include "training/data/shard_dataset.h"
#include "training/data/shard_reader.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

struct Extraction {
  ExtractReport report;
  std::vector<std::string> messages;
  std::vector<std::int64_t> progress;
};

Extraction extract(const std::vector<TextedVideo>& videos, const std::filesystem::path& folder,
                   const ExtractOptions& options) {
  Extraction run;
  run.report = extract_frame_texts(
      {.videos = videos, .warnings = {}}, folder, options,
      [&](const std::string& message) { run.messages.push_back(message); },
      [&](std::int64_t done) { run.progress.push_back(done); });
  return run;
}

TEST(FrameTextExtract, WritesFramesThatTheShardDataSetReads) {
  const test::TempDir dir;
  TextedVideo clip = test::first_clip();
  clip.segments.resize(2);
  clip.segments[0].texts.questions = {{"what?", {"cat", "cat", "dog"}}};
  clip.segments[0].texts.web = "noise";
  ExtractOptions options;
  options.frames = 3;
  options.jpeg_quality = 95;
  options.samples_per_shard = 4;
  const Extraction run = extract({clip}, dir / "out", options);
  EXPECT_EQ(run.report.videos, 1);
  EXPECT_EQ(run.report.samples, 6);
  EXPECT_EQ(run.report.failed, 0);
  EXPECT_TRUE(run.messages.empty());
  EXPECT_THAT(run.progress, ElementsAre(1));

  const auto frames = test::frames_of(clip.file);
  const ShardDataset captions(dir / "out", TextKind::kCaptions);
  ASSERT_EQ(captions.shard_sizes(), (std::vector<std::int64_t>{4, 2}));
  std::int64_t index = 0;
  for (const char* shard : {"000000.tar", "000001.tar"}) {
    for (const std::int64_t position : index_shard(dir / "out" / shard).positions) {
      const ShardSample stored = read_shard_sample(dir / "out" / shard, position);
      const auto segment = static_cast<std::size_t>(std::stoi(stored.key.substr(7, 5)));
      const int number = std::stoi(stored.key.substr(13));
      EXPECT_EQ(stored.key.substr(0, 6), "000000");
      const auto json = nlohmann::json::parse(*stored.find("json"));
      EXPECT_EQ(json.at("captions").get<std::vector<std::string>>(), clip.segments[segment].texts.captions);
      EXPECT_EQ(json.at("video"), clip.file.filename().string());
      const double time = json.at("time");
      const double third = (clip.segments[segment].end - clip.segments[segment].start) / 3;
      EXPECT_GE(time, clip.segments[segment].start + number * third);
      EXPECT_LT(time, clip.segments[segment].start + (number + 1) * third);

      // The picture of that moment, but for JPEG's losses.
      const RgbImage found = captions.read(index++, 0).image;
      std::size_t shown = 0;
      while (shown + 1 < frames.size() && frames[shown + 1].pts <= time) ++shown;
      double difference = 0;
      ASSERT_EQ(found.pixels.size(), frames[shown].image.pixels.size());
      for (std::size_t i = 0; i < found.pixels.size(); ++i)
        difference += std::abs(found.pixels[i] - frames[shown].image.pixels[i]);
      EXPECT_LT(difference / static_cast<double>(found.pixels.size()), 4);
    }
  }
  const ShardDataset questions(dir / "out", TextKind::kQuestions);
  const Sample question = questions.read(0, 0);
  EXPECT_EQ(question.text, "what?");
  ASSERT_EQ(question.answers.size(), 2u);
  EXPECT_FLOAT_EQ(question.answers[0].weight, 2.0F / 3);
  EXPECT_EQ(ShardDataset(dir / "out", TextKind::kWeb).read(0, 0).text, "noise");
}

TEST(FrameTextExtract, EqualSeedsTakeEqualFrames) {
  const test::TempDir dir;
  const TextedVideo clip = test::first_clip();
  ExtractOptions other;
  other.seed = 1;
  extract({clip}, dir / "a", {});
  extract({clip}, dir / "b", {});
  extract({clip}, dir / "c", other);
  EXPECT_EQ(test::read_file(dir / "a/000000.tar"), test::read_file(dir / "b/000000.tar"));
  EXPECT_NE(test::read_file(dir / "a/000000.tar"), test::read_file(dir / "c/000000.tar"));
}

TEST(FrameTextExtract, CountsAndReportsWhatCannotBeRead) {
  const test::TempDir dir;
  test::write_file(dir / "broken.mp4", "not a video");
  TextedVideo clip = test::first_clip(), broken = clip;
  clip.segments.resize(1);
  TextSegment late = clip.segments[0];
  late.start = 1000;
  late.end = 1001;
  clip.segments.push_back(late);
  broken.file = dir / "broken.mp4";
  broken.segments.resize(1);
  ExtractOptions options;
  options.frames = 2;
  const Extraction run = extract({broken, clip}, dir / "out", options);
  EXPECT_EQ(run.report.samples, 2);
  EXPECT_EQ(run.report.failed, 4);
  EXPECT_THAT(run.messages, ElementsAre(AllOf(HasSubstr("broken.mp4"), HasSubstr("2 of 2 frames are left out")),
                                        AllOf(HasSubstr("is over at"), HasSubstr("2 of 4 frames are left out"))));
  EXPECT_EQ(test::read_file(dir / "out/000000.json"), "{\"samples\": 2, \"failed\": 4}\n");
}

TEST(FrameTextExtract, RefusesWhatGivesNothing) {
  const test::TempDir dir;
  TextedVideo broken = test::first_clip();
  broken.file = dir / "none.mp4";
  EXPECT_THAT(error_of([&] { extract({broken}, dir / "out", {}); }), HasSubstr("no frame of 1 videos"));
  ExtractOptions options;
  options.frames = 0;
  EXPECT_THAT(error_of([&] { extract({broken}, dir / "out", options); }), HasSubstr("frames is 0"));
  options = {};
  options.jpeg_quality = 101;
  EXPECT_THAT(error_of([&] { extract({broken}, dir / "out", options); }), HasSubstr("quality is 101"));
}

TEST(FrameTextExtract, AFullDiskEndsTheRun) {
  const test::TempDir dir;
  std::filesystem::create_directories(dir / "out");
  std::filesystem::create_symlink("/dev/full", dir / "out/000000.tar.part");
  EXPECT_THAT(error_of([&] { extract({test::first_clip()}, dir / "out", {}); }), HasSubstr("No space left"));
}

}  // namespace
}  // namespace blip
