#include "pipelines/elements/element_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip {
namespace {

TEST(ElementRecord, ReadsTheCommonFieldsAndLeavesTheRestToTheCaller) {
  const auto record = parse_element_record(
      "blipfilter", R"({"source":"a","start":1.5,"end":2,"text":"t","x":[3]})",
      [](const nlohmann::json& fields, TimedRecord& made) { made.remark = fields.at("x").dump(); });
  EXPECT_EQ(record.source, "a");
  EXPECT_EQ(record.start, 1'500'000'000);
  EXPECT_EQ(record.end, 2'000'000'000);
  EXPECT_EQ(record.text, "t");
  EXPECT_EQ(record.remark, "[3]");
}

TEST(ElementRecord, NamesTheElementWhoseRecordCannotBeRead) {
  const auto nothing = [](const nlohmann::json&, TimedRecord&) {};
  for (const char* json : {"", "[]", R"({"source":"a"})", R"({"source":"a","start":"0","end":1,"text":""})"})
    EXPECT_THAT([&] { parse_element_record("blipfilter", json, nothing); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("'blipfilter'")))
        << json;
}

}  // namespace
}  // namespace blip
