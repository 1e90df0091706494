#include "pipelines/asking/ask_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "pipelines/terminal/usage_error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

AskSettings asking(std::vector<std::string> questions = {"q?"}) {
  AskSettings settings;
  settings.files = {"talk.mp4"};
  settings.questions = std::move(questions);
  return settings;
}

void expect_refused(const AskSettings& settings, const std::string& why) {
  EXPECT_THAT([&] { settings.validate(); }, ThrowsMessage<UsageError>(HasSubstr(why)));
}

TEST(AskSettings, WantsAQuestion) {
  const test::TempDir directory;
  AskSettings settings;
  settings.files = {"talk.mp4"};
  EXPECT_THROW(settings.take_question(), UsageError);
  std::ofstream(directory / "b.mp4") << "x";
  settings.files = {"talk.mp4", directory / "b.mp4"};
  EXPECT_THAT([&] { settings.take_question(); }, ThrowsMessage<UsageError>(HasSubstr("is a file")));
  expect_refused(asking({"q?", "  "}), "empty");
}

TEST(AskSettings, WantsWindowsThatMoveOn) {
  AskSettings settings = asking();
  settings.overlap = 1;
  expect_refused(settings, "--overlap without --window");
  settings.window = 8'000'000'000;
  EXPECT_NO_THROW(settings.validate());
  settings.overlap = settings.window;
  expect_refused(settings, "must be shorter");
  AskSettings whole = asking();
  whole.fps = 2;
  expect_refused(whole, "--fps without --window");
}

TEST(AskSettings, SamplesAsManyPicturesAsAWindowNeeds) {
  AskSettings settings = asking();
  settings.window = 8'000'000'000;
  EXPECT_DOUBLE_EQ(settings.sampling_rate(16), 2);
  settings.fps = 5;
  EXPECT_DOUBLE_EQ(settings.sampling_rate(16), 5);
}

TEST(AskSettings, LooksAtFewerPicturesWithALanguageModelUnlessTold) {
  ModelAbilities vqa, blip2;
  blip2.instruct = true;
  AskSettings settings = asking();
  EXPECT_EQ(settings.frames_for(vqa), 16);
  EXPECT_EQ(settings.frames_for(blip2), 4);
  settings.frames = 9;
  EXPECT_EQ(settings.frames_for(vqa), 9);
  EXPECT_EQ(settings.frames_for(blip2), 9);
}

TEST(AskSettings, AnInstructionStandsAlone) {
  AskSettings settings = asking({});
  settings.instruction = "say:";
  EXPECT_NO_THROW(settings.take_question());
  EXPECT_NO_THROW(settings.validate());
  settings.questions = {"q?"};
  expect_refused(settings, "takes the place of the question");
  settings.questions.clear();
  settings.prompt = "Question: {}";
  expect_refused(settings, "as it stands");
  AskSettings formed = asking();
  formed.prompt = "Question:";
  expect_refused(formed, "no {} for the question");
}

TEST(AskSettings, RefusesWhatDoesNotGoTogether) {
  AskSettings lengths = asking();
  lengths.min_length = 11;
  expect_refused(lengths, "--min-length 11 is above --max-length 10");
  AskSettings cues = asking({"a?", "b?"});
  cues.output = "x.srt";
  expect_refused(cues, "2 questions");
}

}  // namespace
}  // namespace blip
