#include "pipelines/records/json_writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/pipelines/records/records.h"

namespace blip {
namespace {

TEST(JsonWriter, WritesOneObjectALine) {
  EXPECT_EQ(JsonWriter().spell(test::video_record(3000, 6200, "a dog")),
            R"({"source":"talk.mp4","start":3.000,"end":6.200,"text":"a dog","score":-0.5,"token_ids":[188,47,3]})"
            "\n");
}

TEST(JsonWriter, LeavesTheRemarkForPeople) {
  TimedRecord record = test::still_record("a cat");
  record.details.clear();
  record.remark = "0.93";
  EXPECT_EQ(JsonWriter().spell(record),
            "{\"source\":\"photo.jpg\",\"start\":0.000,\"end\":0.000,\"text\":\"a cat\"}\n");
}

TEST(JsonWriter, EscapesTextSoThatParsingGivesItBack) {
  const std::string text = "a \"sign\" \\ with\nlines --> & <b> 🐶";
  const std::string line = JsonWriter().spell(test::video_record(0, 1, text));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(nlohmann::json::parse(line).at("text").get<std::string>(), text);
}

TEST(JsonWriter, StaysValidWithAFileNameThatIsNotUtf8) {
  TimedRecord record = test::still_record("a cat");
  record.source = "caf\xE9.jpg";
  EXPECT_EQ(nlohmann::json::parse(JsonWriter().spell(record)).at("source").get<std::string>(), "caf\uFFFD.jpg");
}

}  // namespace
}  // namespace blip
