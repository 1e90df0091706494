#include "pipelines/matching/match_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

MatchSettings parse(std::vector<std::string> arguments) {
  CLI::App app("test", "gst-blip");
  const auto settings = add_match_command(app);
  arguments.insert(arguments.begin(), "match");
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  app.parse(arguments);
  settings->take_texts();
  settings->validate();
  return *settings;
}

TEST(MatchCommand, TakesAFileAndTexts) {
  const MatchSettings settings = parse({"talk.mp4", "a red car", "a dog"});
  EXPECT_THAT(settings.files, ElementsAre("talk.mp4"));
  EXPECT_THAT(settings.texts, ElementsAre("a red car", "a dog"));
  EXPECT_EQ(settings.threshold, 0.5);
  EXPECT_EQ(settings.end_threshold(), 0.4);
  EXPECT_EQ(settings.fps, 1);
  EXPECT_EQ(settings.frames, 1);
  EXPECT_EQ(settings.k, 0);
}

TEST(MatchCommand, TakesFilesOnlyWhenTextsAreGivenOtherwise) {
  const MatchSettings by_option = parse({"a.mp4", "-q", "a dog", "b.mp4"});
  EXPECT_THAT(by_option.files, ElementsAre("a.mp4", "b.mp4"));
  EXPECT_THAT(by_option.texts, ElementsAre("a dog"));
  const MatchSettings by_file = parse({"a.mp4", "b.mp4", "--queries", "texts.txt"});
  EXPECT_THAT(by_file.files, ElementsAre("a.mp4", "b.mp4"));
  EXPECT_EQ(by_file.queries_file, "texts.txt");
}

TEST(MatchCommand, ReadsEveryOption) {
  const MatchSettings s =
      parse({"a.mp4",       "x",   "--fps",    "4",        "--threshold", "0.8",      "--threshold-off",
             "0.6",         "--k", "3",        "--frames", "8",           "--window", "8s",
             "--overlap",   "2s",  "--scores", "--format", "json",        "--model",  "m",
             "--itm-token", "cls"});
  EXPECT_EQ(s.fps, 4);
  EXPECT_EQ(s.threshold, 0.8);
  EXPECT_EQ(s.threshold_off, 0.6);
  EXPECT_EQ(s.k, 3);
  EXPECT_EQ(s.frames, 8);
  EXPECT_EQ(s.window, 8'000'000'000);
  EXPECT_EQ(s.overlap, 2'000'000'000);
  EXPECT_TRUE(s.scores);
  EXPECT_EQ(s.itm_token, "cls");
  EXPECT_EQ(s.model, "m");
}

TEST(MatchCommand, RefusesValuesOutOfRange) {
  const std::vector<std::vector<std::string>> wrong = {
      {"--threshold", "1.5"}, {"--threshold", "nan"}, {"--threshold-off", "-1"}, {"--k", "-1"},
      {"--frames", "0"},      {"--window", "x"},      {"--fps", "-1"},           {"--unknown"}};
  for (const auto& arguments : wrong) {
    std::vector<std::string> all = {"talk.mp4", "a dog"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    EXPECT_THROW(parse(all), CLI::ParseError) << testing::PrintToString(arguments);
  }
}

TEST(MatchCommand, HelpsWithExamples) {
  CLI::App app("test", "gst-blip");
  add_match_command(app);
  const std::string help = app.get_subcommand("match")->help();
  for (const char* example : {"gst-blip match talk.mp4 \"a red car\" \"a dog\"", "--queries texts.txt", "--scores"})
    EXPECT_THAT(help, HasSubstr(example));
}

}  // namespace
}  // namespace blip
