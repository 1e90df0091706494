#include "pipelines/chatting/chat_line.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

using Kind = ChatLine::Kind;

TEST(ChatLine, IsAQuestionUnlessItSaysOtherwise) {
  EXPECT_EQ(parse_chat_line("  what is it? \r").kind, Kind::kQuestion);
  EXPECT_EQ(parse_chat_line("  what is it? \r").text, "what is it?");
  for (const char* nothing : {"", " \t", "# a remark"}) EXPECT_EQ(parse_chat_line(nothing).kind, Kind::kNothing);
}

TEST(ChatLine, CommandsBeginWithASlash) {
  EXPECT_EQ(parse_chat_line("/history").kind, Kind::kHistory);
  EXPECT_EQ(parse_chat_line(" /clear ").kind, Kind::kClear);
  EXPECT_EQ(parse_chat_line("/help").kind, Kind::kHelp);
  EXPECT_EQ(parse_chat_line("/quit").kind, Kind::kQuit);
  const ChatLine at = parse_chat_line("/at  1.5s");
  EXPECT_EQ(at.kind, Kind::kAt);
  EXPECT_EQ(at.time, 1'500'000'000);
}

TEST(ChatLine, WhatIsNoCommandSaysSo) {
  const ChatLine unknown = parse_chat_line("/why not");
  EXPECT_EQ(unknown.kind, Kind::kUnknown);
  EXPECT_NE(unknown.text.find("/why not"), std::string::npos);
  for (const char* line : {"/at", "/at noon", "/at -1s"}) {
    EXPECT_EQ(parse_chat_line(line).kind, Kind::kUnknown) << line;
    EXPECT_NE(parse_chat_line(line).text.find("12s"), std::string::npos);
  }
}

}  // namespace
}  // namespace blip
