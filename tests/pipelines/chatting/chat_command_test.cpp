#include "pipelines/chatting/chat_command.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

namespace blip {
namespace {

ChatSettings parse(std::vector<std::string> arguments) {
  CLI::App app("test", "gst-blip");
  const auto settings = add_chat_command(app);
  arguments.insert(arguments.begin(), "chat");
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  app.parse(arguments);
  settings->validate();
  return *settings;
}

TEST(ChatCommand, ReadsEveryOption) {
  const ChatSettings s =
      parse({"a.mp4", "--script",     "q.txt", "--format",     "json",  "--frames",         "4",   "--from",
             "0",     "--to",         "2min",  "--prompt",     "{}:",   "--turns",          "3",   "--num-beams",
             "1",     "--min-length", "2",     "--max-length", "9",     "--length-penalty", "-1",  "--top-p",
             "0.9",   "--seed",       "5",     "--model",      "blip2", "--precision",      "int4"});
  EXPECT_EQ(s.file, "a.mp4");
  EXPECT_EQ(s.script, "q.txt");
  EXPECT_EQ(s.format, "json");
  EXPECT_EQ(s.frames, 4);
  EXPECT_EQ(s.from, 0);
  EXPECT_EQ(s.to, 120'000'000'000);
  EXPECT_FALSE(s.at.has_value());
  EXPECT_EQ(s.prompt, "{}:");
  EXPECT_EQ(s.turns, 3);
  EXPECT_EQ(s.num_beams, 1);
  EXPECT_EQ(s.min_length, 2);
  EXPECT_EQ(s.max_length, 9);
  EXPECT_EQ(s.length_penalty, -1);
  EXPECT_EQ(s.top_p, 0.9);
  EXPECT_EQ(s.seed, 5u);
  EXPECT_EQ(s.model, "blip2");
  EXPECT_EQ(s.precision, "int4");
  EXPECT_EQ(parse({"a.mp4", "--at", "1.5s"}).at, 1'500'000'000);
}

TEST(ChatCommand, RefusesValuesThatAreNone) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{{},
                                                                                     {"a.mp4", "--at", "noon"},
                                                                                     {"a.mp4", "--frames", "0"},
                                                                                     {"a.mp4", "--format", "srt"},
                                                                                     {"a.mp4", "--turns", "-1"},
                                                                                     {"a.mp4", "--precision", "int3"}})
    EXPECT_THROW(parse(wrong), CLI::ParseError);
}

}  // namespace
}  // namespace blip
