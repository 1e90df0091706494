#include "plugins/support/text_format.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace blip {
namespace {

TEST(SubtitleText, KeepsPlainText) {
  EXPECT_EQ(subtitle_text("a dog & a <cat>"), "a dog & a <cat>");
}

TEST(SubtitleText, MakesRunsOfWhiteSpaceOneSpaceAndTrims) {
  EXPECT_EQ(subtitle_text("  a \t\r\n\r\n dog\xc2\xa0\xe2\x80\xa8runs \n"), "a dog runs");
}

TEST(SubtitleText, LeavesControlCharactersOut) {
  EXPECT_EQ(subtitle_text(std::string_view("a\0b", 3)),
            "a\xef\xbf\xbd"
            "b");                                                   // NUL is no text
  EXPECT_EQ(subtitle_text("a\x01\x1b[0m\x7f\xc2\x85z"), "a[0m z");  // U+0085 is a line end
}

TEST(SubtitleText, MakesTheCueArrowAnArrow) {
  EXPECT_EQ(subtitle_text("00:01 --> 00:02"), "00:01 \xe2\x86\x92 00:02");
  EXPECT_EQ(subtitle_text("---->"), "--\xe2\x86\x92");
  EXPECT_EQ(subtitle_text("--\x01>"), "\xe2\x86\x92");  // not to be smuggled in with what is left out
}

TEST(SubtitleText, IsValidUtf8WhateverComes) {
  std::string bytes;
  for (int i = 1; i < 256; ++i) bytes += static_cast<char>(i);
  for (const std::string& text :
       {bytes, std::string("\xff\xfe"), std::string("\xe2\x82"), std::string("\xed\xa0\x80")}) {
    const std::string line = subtitle_text(text);
    EXPECT_EQ(valid_utf8(line), line);
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
}

TEST(SubtitleText, NothingStaysNothing) {
  EXPECT_EQ(subtitle_text(""), "");
  EXPECT_EQ(subtitle_text(" \n\x02 "), "");
}

TEST(EscapeMarkup, LeavesNothingThatMarkupWouldRead) {
  EXPECT_EQ(escape_markup("a <b> & 'c'"), "a &lt;b&gt; &amp; &apos;c&apos;");
}

TEST(WrapLines, BreaksBetweenWords) {
  EXPECT_EQ(wrap_lines("a red circle on a table", 0), "a red circle on a table");
  EXPECT_EQ(wrap_lines("a red circle on a table", 12), "a red circle\non a table");
  EXPECT_EQ(wrap_lines("a red circle on a table", 11), "a red\ncircle on a\ntable");
  EXPECT_EQ(wrap_lines("", 10), "");
}

TEST(WrapLines, ALongerWordStandsAloneAndCharactersCountNotBytes) {
  EXPECT_EQ(wrap_lines("the extraordinarily big", 5), "the\nextraordinarily\nbig");
  EXPECT_EQ(wrap_lines("äöü äöü", 7), "äöü äöü");
}

TEST(JsonSeconds, HasThreeDecimalsOrAsManyAsTheTimeNeeds) {
  EXPECT_EQ(json_seconds(0), "0.000");
  EXPECT_EQ(json_seconds(1'500'000'000), "1.500");
  EXPECT_EQ(json_seconds(33'366'666), "0.033366666");
  EXPECT_EQ(json_seconds(3'600'040'000'000), "3600.040");
  EXPECT_EQ(json_seconds(-250'000'000), "-0.250");
}

TEST(JsonRecord, IsOneLineWithTheFieldsInOrder) {
  const Finding finding{
      "a dog", {{"score", -0.5}, {"count", std::int64_t{3}}, {"token_ids", std::vector<std::int64_t>{30522, 102}}}};
  EXPECT_EQ(
      json_record("a.mp4", 1'000'000'000, 2'040'000'000, finding),
      "{\"source\": \"a.mp4\", \"start\": 1.000, \"end\": 2.040, \"text\": \"a dog\", \"score\": -0.5, \"count\": 3, "
      "\"token_ids\": [30522,102]}\n");
}

TEST(JsonRecord, ReadsBackWhateverTheTextIs) {
  const std::string text = "\"quoted\" \\ back\nline\t\x01 \xe2\x86\x92 --> \xf0\x9f\x90\x95";
  const std::string record = json_record("s\"\n", 0, 1, {text, {{"label", std::string("x\ny")}}});
  EXPECT_EQ(record.find('\n'), record.size() - 1);
  const auto read = nlohmann::json::parse(record);
  EXPECT_EQ(read["text"], text);
  EXPECT_EQ(read["source"], "s\"\n");
  EXPECT_EQ(read["label"], "x\ny");
}

TEST(JsonRecord, StaysJsonWithBytesThatAreNoTextAndNumbersThatAreNone) {
  const auto record = json_record("a", 0, 1, {"\xff", {{"score", std::numeric_limits<double>::quiet_NaN()}}});
  const auto read = nlohmann::json::parse(record);
  EXPECT_EQ(read["text"], "\xef\xbf\xbd");
  EXPECT_TRUE(read["score"].is_null());
}

}  // namespace
}  // namespace blip
