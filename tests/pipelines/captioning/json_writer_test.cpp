#include "pipelines/captioning/json_writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/pipelines/captioning/records.h"

namespace blip {
namespace {

TEST(JsonWriter, WritesOneObjectALine) {
  EXPECT_EQ(JsonWriter(false).spell(test::video_record(3000, 6200, "a dog")),
            R"({"source":"talk.mp4","start":3.000,"end":6.200,"text":"a dog","score":-0.5,"confidence":0.75})"
            "\n");
}

TEST(JsonWriter, AddsTokenIdsWhenAsked) {
  EXPECT_EQ(
      JsonWriter(true).spell(test::still_record("a cat")),
      R"({"source":"photo.jpg","start":0.000,"end":0.000,"text":"a cat","score":-0.5,"confidence":0.75,"token_ids":[188,47,3]})"
      "\n");
}

TEST(JsonWriter, EscapesTextSoThatParsingGivesItBack) {
  const std::string text = "a \"sign\" \\ with\nlines --> & <b> 🐶";
  const std::string line = JsonWriter(false).spell(test::video_record(0, 1, text));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(nlohmann::json::parse(line).at("text").get<std::string>(), text);
}

TEST(JsonWriter, StaysValidWithAFileNameThatIsNotUtf8) {
  CaptionRecord record = test::still_record("a cat");
  record.source = "caf\xE9.jpg";
  EXPECT_EQ(nlohmann::json::parse(JsonWriter(false).spell(record)).at("source").get<std::string>(), "caf\uFFFD.jpg");
}

}  // namespace
}  // namespace blip
