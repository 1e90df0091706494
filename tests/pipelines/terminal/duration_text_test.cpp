#include "pipelines/terminal/duration_text.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(DurationText, KnowsItsUnits) {
  EXPECT_EQ(parse_duration("8s"), 8'000'000'000);
  EXPECT_EQ(parse_duration("8"), 8'000'000'000);
  EXPECT_EQ(parse_duration("1.5s"), 1'500'000'000);
  EXPECT_EQ(parse_duration("200ms"), 200'000'000);
  EXPECT_EQ(parse_duration("2min"), 120'000'000'000);
  EXPECT_EQ(parse_duration("0.5h"), 1'800'000'000'000);
  EXPECT_EQ(parse_duration("0"), 0);
  EXPECT_EQ(parse_duration("0.0000000004s"), 0);
}

TEST(DurationText, RefusesOtherTexts) {
  for (const char* text : {"", "s", "-1s", "8 s", "8sec", "1e3", "nan", "inf", "1,5s", "8s ", "99999999999h"})
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
}

}  // namespace
}  // namespace blip
