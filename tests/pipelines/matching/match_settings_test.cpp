#include "pipelines/matching/match_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

MatchSettings matching() {
  MatchSettings settings;
  settings.files = {"talk.mp4"};
  settings.texts = {"a dog"};
  return settings;
}

void expect_refused(const MatchSettings& settings, const std::string& why) {
  EXPECT_THAT([&] { settings.validate(); }, ThrowsMessage<UsageError>(HasSubstr(why)));
}

TEST(MatchSettings, WantsTexts) {
  MatchSettings settings;
  settings.files = {"talk.mp4"};
  EXPECT_THROW(settings.take_texts(), UsageError);
  for (const char* nothing : {"", "  ", ";", "-"}) {
    settings = matching();
    settings.texts.emplace_back(nothing);
    expect_refused(settings, "empty");
  }
}

TEST(MatchSettings, LetsAMatchEndAtALowThresholdToo) {
  MatchSettings settings = matching();
  settings.threshold = 0.3;
  EXPECT_EQ(settings.end_threshold(), 0.3);
  EXPECT_NO_THROW(settings.validate());
}

TEST(MatchSettings, RefusesThresholdsTheWrongWayRound) {
  MatchSettings settings = matching();
  settings.threshold_off = 0.6;
  expect_refused(settings, "--threshold-off is 0.6, above --threshold 0.5");
  settings.threshold_off = 0.5;
  EXPECT_NO_THROW(settings.validate());
}

TEST(MatchSettings, RefusesWhatDoesNotGoTogether) {
  MatchSettings settings = matching();
  settings.overlap = 1;
  expect_refused(settings, "--overlap without --window");
  settings.window = 1;
  expect_refused(settings, "must be shorter");
  MatchSettings scores = matching();
  scores.scores = true;
  expect_refused(scores, "--format json");
  scores.output = "x.jsonl";
  EXPECT_NO_THROW(scores.validate());
}

}  // namespace
}  // namespace blip
