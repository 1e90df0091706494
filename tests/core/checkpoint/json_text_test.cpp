#include "core/checkpoint/json_text.h"

#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;

TEST(JsonText, SaysWhereTheDocumentIsBroken) {
  EXPECT_THAT(error_of([] { parse_json("{\"a\": }", "c.json"); }),
              HasSubstr("'c.json': not valid JSON at byte 7 of 7"));
  EXPECT_THAT(error_of([] { parse_json("", "c.json"); }), HasSubstr("not valid JSON"));
  EXPECT_THAT(error_of([] { parse_json("{} {}", "c.json"); }), HasSubstr("not valid JSON"));
  EXPECT_THAT(error_of([] { parse_json("\"\xff\"", "c.json"); }), HasSubstr("not valid JSON"));
  EXPECT_THAT(error_of([] { parse_json("1e999999", "c.json"); }), HasSubstr("not valid JSON"));
}

TEST(JsonText, RefusesDeepNesting) {
  EXPECT_NO_THROW(parse_json(std::string(60, '[') + std::string(60, ']'), "c.json"));
  for (const char bracket : {'[', '{'}) {
    const std::string unit = bracket == '[' ? "[" : "{\"a\":";
    std::string deep;
    for (int i = 0; i < 200'000; ++i) deep += unit;
    EXPECT_THAT(error_of([&] { parse_json(deep, "c.json"); }), HasSubstr("deep"));
  }
}

}  // namespace
}  // namespace blip
