#include "pipelines/captioning/caption_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

CaptionSettings parse(std::vector<std::string> arguments) {
  CLI::App app("test", "gst-blip");
  const auto settings = add_caption_command(app);
  arguments.insert(arguments.begin(), "caption");
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  app.parse(arguments);
  settings->validate();
  return *settings;
}

TEST(CaptionCommand, HasTheOriginalsDefaults) {
  const CaptionSettings settings = parse({"talk.mp4"});
  EXPECT_THAT(settings.files, ElementsAre("talk.mp4"));
  EXPECT_FALSE(settings.prompt.has_value());
  EXPECT_EQ(settings.num_beams, 3);
  EXPECT_EQ(settings.min_length, 5);
  EXPECT_EQ(settings.max_length, 20);
  EXPECT_EQ(settings.repetition_penalty, 1);
  EXPECT_EQ(settings.top_p, 0);
  EXPECT_EQ(settings.fps, 1);
  EXPECT_EQ(settings.beam_scoring, "auto");
  EXPECT_FALSE(settings.format.has_value());
}

TEST(CaptionCommand, ReadsEveryOption) {
  const CaptionSettings s = parse({"a.mp4",
                                   "b.png",
                                   "--model",
                                   "dir",
                                   "--vocab",
                                   "v.txt",
                                   "--config",
                                   "c.json",
                                   "--format",
                                   "json",
                                   "-o",
                                   "x.jsonl",
                                   "--fps",
                                   "0",
                                   "--prompt",
                                   "",
                                   "--num-beams",
                                   "1",
                                   "--min-length",
                                   "0",
                                   "--max-length",
                                   "30",
                                   "--top-p",
                                   "0.9",
                                   "--top-k",
                                   "0",
                                   "--temperature",
                                   "0.7",
                                   "--seed",
                                   "18446744073709551615",
                                   "--repetition-penalty",
                                   "1.1",
                                   "--beam-scoring",
                                   "original",
                                   "--device",
                                   "cuda:1",
                                   "--precision",
                                   "float32",
                                   "--num-threads",
                                   "2",
                                   "--token-ids",
                                   "--auto-orient"});
  EXPECT_THAT(s.files, ElementsAre("a.mp4", "b.png"));
  EXPECT_EQ(s.model, "dir");
  EXPECT_EQ(s.vocab, "v.txt");
  EXPECT_EQ(s.config, "c.json");
  EXPECT_EQ(s.format, OutputFormat::kJson);
  EXPECT_EQ(s.output, "x.jsonl");
  EXPECT_EQ(s.fps, 0);
  EXPECT_EQ(s.prompt, "");
  EXPECT_EQ(s.num_beams, 1);
  EXPECT_EQ(s.min_length, 0);
  EXPECT_EQ(s.max_length, 30);
  EXPECT_EQ(s.top_p, 0.9);
  EXPECT_EQ(s.top_k, 0);
  EXPECT_EQ(s.temperature, 0.7);
  EXPECT_EQ(s.seed, 18446744073709551615u);
  EXPECT_EQ(s.repetition_penalty, 1.1);
  EXPECT_EQ(s.beam_scoring, "original");
  EXPECT_EQ(s.device, "cuda:1");
  EXPECT_EQ(s.precision, "float32");
  EXPECT_EQ(s.num_threads, 2);
  EXPECT_TRUE(s.token_ids);
  EXPECT_TRUE(s.auto_orient);
}

TEST(CaptionCommand, RefusesValuesOutOfRange) {
  const std::vector<std::vector<std::string>> wrong = {{"--num-beams", "0"},
                                                       {"--num-beams", "two"},
                                                       {"--min-length", "-1"},
                                                       {"--max-length", "0"},
                                                       {"--top-p", "1.5"},
                                                       {"--top-p", "-0.1"},
                                                       {"--top-p", "nan"},
                                                       {"--top-k", "-1"},
                                                       {"--temperature", "0"},
                                                       {"--temperature", "nan"},
                                                       {"--repetition-penalty", "0"},
                                                       {"--repetition-penalty", "inf"},
                                                       {"--fps", "-1"},
                                                       {"--fps", "nan"},
                                                       {"--num-threads", "-1"},
                                                       {"--seed", "-1"},
                                                       {"--device", "gpu"},
                                                       {"--device", "cuda:"},
                                                       {"--device", "cuda:x"},
                                                       {"--precision", "int2"},
                                                       {"--format", "ass"},
                                                       {"--beam-scoring", "best"},
                                                       {"--unknown"}};
  for (const auto& arguments : wrong) {
    std::vector<std::string> all = {"talk.mp4"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    EXPECT_THROW(parse(all), CLI::ParseError) << testing::PrintToString(arguments);
  }
}

TEST(CaptionCommand, WantsAFile) {
  EXPECT_THROW(parse({}), CLI::RequiredError);
}

TEST(CaptionCommand, RefusesAMinimumAboveTheMaximum) {
  EXPECT_THAT(
      [] {
        parse({"talk.mp4", "--min-length", "21"});
      },
      ThrowsMessage<UsageError>(HasSubstr("--min-length 21 is above --max-length 20")));
  EXPECT_NO_THROW(parse({"talk.mp4", "--min-length", "20"}));
}

TEST(CaptionCommand, HelpsWithExamples) {
  CLI::App app("test", "gst-blip");
  add_caption_command(app);
  const std::string help = app.get_subcommand("caption")->help();
  for (const char* example : {"gst-blip caption talk.mp4 ", "-o talk.srt", "--format json", "Salesforce/", "*.mp4"})
    EXPECT_THAT(help, HasSubstr(example));
}

}  // namespace
}  // namespace blip
