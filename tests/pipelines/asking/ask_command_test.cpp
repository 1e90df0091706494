#include "pipelines/asking/ask_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

AskSettings parse(std::vector<std::string> arguments) {
  CLI::App app("test", "gst-blip");
  const auto settings = add_ask_command(app);
  arguments.insert(arguments.begin(), "ask");
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  app.parse(arguments);
  settings->take_question();
  settings->validate();
  return *settings;
}

TEST(AskCommand, TakesTheLastArgumentAsTheQuestion) {
  const AskSettings settings = parse({"talk.mp4", "what is on the table?"});
  EXPECT_THAT(settings.files, ElementsAre("talk.mp4"));
  EXPECT_THAT(settings.questions, ElementsAre("what is on the table?"));
  EXPECT_FALSE(settings.frames.has_value());
  EXPECT_FALSE(settings.window.has_value());
  EXPECT_EQ(settings.num_beams, 3);
  EXPECT_EQ(settings.min_length, 1);
  EXPECT_EQ(settings.max_length, 10);
}

TEST(AskCommand, TakesSeveralQuestionsAndFiles) {
  const AskSettings settings = parse({"-q", "who?", "a.mp4", "b.mp4", "--question", "where?"});
  EXPECT_THAT(settings.files, ElementsAre("a.mp4", "b.mp4"));
  EXPECT_THAT(settings.questions, ElementsAre("who?", "where?"));
}

TEST(AskCommand, ReadsEveryOption) {
  const AskSettings s =
      parse({"a.mp4",        "q?", "--frames",    "8",        "--window",    "8s",       "--overlap",    "500ms",
             "--fps",        "4",  "--rank",      "list.txt", "--num-beams", "1",        "--min-length", "0",
             "--max-length", "5",  "--token-ids", "--model",  "vqa.pth",     "--device", "cpu",          "--format",
             "vtt",          "-o", "x.vtt"});
  EXPECT_EQ(s.frames, 8);
  EXPECT_EQ(s.window, 8'000'000'000);
  EXPECT_EQ(s.overlap, 500'000'000);
  EXPECT_EQ(s.fps, 4);
  EXPECT_EQ(s.answers_file, "list.txt");
  EXPECT_EQ(s.num_beams, 1);
  EXPECT_EQ(s.min_length, 0);
  EXPECT_EQ(s.max_length, 5);
  EXPECT_TRUE(s.token_ids);
  EXPECT_EQ(s.model, "vqa.pth");
  EXPECT_EQ(s.device, "cpu");
  EXPECT_EQ(s.format, OutputFormat::kVtt);
}

TEST(AskCommand, RefusesValuesOutOfRange) {
  const std::vector<std::vector<std::string>> wrong = {{"--frames", "0"},    {"--frames", "x"},     {"--window", "0s"},
                                                       {"--window", "soon"}, {"--overlap", "-1s"},  {"--fps", "nan"},
                                                       {"--num-beams", "0"}, {"--max-length", "0"}, {"--unknown"}};
  for (const auto& arguments : wrong) {
    std::vector<std::string> all = {"talk.mp4", "q?"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    EXPECT_THROW(parse(all), CLI::ParseError) << testing::PrintToString(arguments);
  }
}

TEST(AskCommand, HelpsWithExamples) {
  CLI::App app("test", "gst-blip");
  add_ask_command(app);
  const std::string help = app.get_subcommand("ask")->help();
  for (const char* example : {"gst-blip ask talk.mp4 \"what", "-q \"who", "--window 8s --overlap 2s", "--rank"})
    EXPECT_THAT(help, HasSubstr(example));
}

}  // namespace
}  // namespace blip
