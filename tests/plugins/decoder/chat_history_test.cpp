#include "plugins/decoder/chat_history.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

std::string error_of(const std::string& text) {
  const auto parsed = parse_history(text);
  return parsed.ok() ? "" : parsed.failure().message;
}

TEST(ChatHistory, IsAJsonListOrALineATurn) {
  for (const char* text :
       {R"([{"question": "who is it?", "answer": "a dog"}, {"question": "where?", "answer": "home"}])",
        "who is it?\ta dog\n\nwhere?\thome\n"}) {
    const auto turns = parse_history(text);
    ASSERT_TRUE(turns.ok()) << turns.failure().message;
    ASSERT_EQ(turns.value().size(), 2u);
    EXPECT_EQ(turns.value()[0].question, "who is it?");
    EXPECT_EQ(turns.value()[0].answer, "a dog");
    EXPECT_EQ(turns.value()[1].question, "where?");
    EXPECT_EQ(turns.value()[1].answer, "home");
  }
}

TEST(ChatHistory, OfBlanksIsNone) {
  for (const char* text : {"", " \n", "[]"}) {
    const auto turns = parse_history(text);
    ASSERT_TRUE(turns.ok());
    EXPECT_TRUE(turns.value().empty());
  }
}

TEST(ChatHistory, WhatIsWrongIsNamed) {
  EXPECT_NE(error_of("a\tb\nno tab").find("line 2"), std::string::npos);
  EXPECT_NE(error_of("a\t").find("line 1"), std::string::npos);
  EXPECT_NE(error_of(R"([{"question": "a", "answer": "b"}, {"question": "a"}])").find("entry 2"), std::string::npos);
  EXPECT_NE(error_of(R"(["a"])").find("entry 1"), std::string::npos);
  EXPECT_NE(error_of(R"([{"question": 1, "answer": "b"}])").find("entry 1"), std::string::npos);
  EXPECT_NE(error_of("[{").find("no JSON list"), std::string::npos);
}

}  // namespace
}  // namespace blip
