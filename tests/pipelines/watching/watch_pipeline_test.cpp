// On an engine that knows a picture's colour.
#include "pipelines/watching/watch_pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "pipelines/elements/installation.h"
#include "tests/pipelines/support/clips.h"
#include "tests/support/fake_engine/fake_engine.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using Kind = WatchEvent::Kind;
using testing::ElementsAre;
using testing::HasSubstr;

class WatchPipelineTest : public testing::Test {
 protected:
  void SetUp() override {
    test::fake_engine().reset();
    gst_init(nullptr, nullptr);
    load_blip_plugin(program_directory());
    settings_.queries = {make_watch_query("red"), make_watch_query("blue")};
    settings_.model.model = "m";
  }

  // All that happens until the end, or a failure.
  std::vector<WatchEvent> play(const std::string& source) {
    settings_.source = source;
    const WatchModels models = open_watch_models(settings_);
    WatchPipeline pipeline(settings_, models,
                           {[](std::int64_t) {}, [](std::int64_t) { return false; }, [](std::int64_t, std::string) {}});
    pipeline.play();
    std::vector<WatchEvent> events;
    do {
      events.push_back(pipeline.next(std::chrono::seconds(20)));
      EXPECT_NE(events.back().kind, Kind::kNone);
    } while (events.back().kind == Kind::kScores || events.back().kind == Kind::kCaption ||
             events.back().kind == Kind::kWarning);
    return events;
  }

  SessionSettings settings_;
  test::TempDir directory_;
  const std::string clip_ = test::kept_clip("talk.mp4", {});
};

TEST_F(WatchPipelineTest, TellsTheScoresOfEachPicture) {
  const auto events = play(clip_);
  ASSERT_EQ(events.size(), 5u);  // two seconds, two pictures each, and the end
  EXPECT_EQ(events[2].start, 1'000'000'000);
  EXPECT_EQ(events[2].end, 1'500'000'000);
  ASSERT_EQ(events[2].scores.size(), 2u);
  EXPECT_EQ(events[2].scores[0].text, "blue");
  EXPECT_NEAR(events[2].scores[0].probability, 0.9, 1e-6);
  EXPECT_NEAR(*events[2].scores[0].similarity, 1, 1e-6);
  EXPECT_EQ(events.back().kind, Kind::kEnd);
}

TEST_F(WatchPipelineTest, OnlyTheLikeliestTextsAreMatched) {
  settings_.candidates = 1;
  const auto events = play(clip_);
  for (std::size_t i = 0; i + 1 < events.size(); ++i) EXPECT_EQ(events[i].scores.size(), 1u);
}

TEST_F(WatchPipelineTest, OneVisionPassServesBothWhereTheWeightsAreTheSame) {
  settings_.captions = true;
  settings_.fps = settings_.caption_fps = 2;
  settings_.gate = "off";
  const auto events = play(clip_);
  EXPECT_EQ(events.size(), 9u);
  EXPECT_EQ(test::fake_engine().encoded(), 4u);
}

TEST_F(WatchPipelineTest, TwoModelsLookAtTheirOwnPictures) {
  settings_.captions = true;
  settings_.fps = 5;
  settings_.caption_fps = 2;
  settings_.captioner.model = "c";
  std::size_t scores = 0, captions = 0;
  for (const WatchEvent& event : play(clip_)) {
    EXPECT_NE(event.kind, Kind::kWarning) << event.text;
    scores += event.kind == Kind::kScores ? 1 : 0;
    captions += event.kind == Kind::kCaption ? 1 : 0;
  }
  EXPECT_EQ(scores, 10u);
  EXPECT_EQ(captions, 4u);
}

TEST_F(WatchPipelineTest, TellsWhoseFaultAFailureIs) {
  std::ofstream(directory_ / "noise.mp4") << std::string(5000, '\x7f');
  const auto noise = play(directory_ / "noise.mp4");
  EXPECT_EQ(noise.back().kind, Kind::kLost);
  EXPECT_FALSE(noise.back().failure.may_return);
  settings_.fps = 10;
  settings_.gate = "off";
  test::fake_engine().fail_encode(100, ErrorKind::kFailed, "scripted");
  EXPECT_EQ(play(clip_).back().kind, Kind::kModel);
}

}  // namespace
}  // namespace blip
