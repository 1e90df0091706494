#include "training/trainer/svg_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace blip {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(SvgChart, DrawsALineFromCornerToCorner) {
  const std::string svg = svg_chart({{"loss", {{0, 2}, {100, 1}}}});
  // The drawing area is 58 … 628 by 12 … 230, large values on top.
  EXPECT_THAT(svg, HasSubstr("class=\"line0\" d=\"M58.0 12.0L628.0 230.0\""));
  EXPECT_THAT(svg, HasSubstr("<title>loss</title>"));
}

TEST(SvgChart, LevelLinesAreInTheMiddle) {
  EXPECT_THAT(svg_chart({{"a", {{0, 5}, {1, 5}}}}), HasSubstr("M58.0 121.0L628.0 121.0"));
}

TEST(SvgChart, IsEmptyWithoutTwoPoints) {
  EXPECT_EQ(svg_chart({}), "");
  EXPECT_EQ(svg_chart({{"a", {}}, {"b", {{1, 1}}}}), "");
}

TEST(SvgChart, ThinsOutLongLinesButKeepsTheirEnd) {
  ChartLine line{"a", {}};
  for (int i = 0; i <= 100000; ++i) line.points.emplace_back(i, i);
  const std::string svg = svg_chart({line});
  EXPECT_LT(std::count(svg.begin(), svg.end(), 'L'), 700);
  EXPECT_THAT(svg, HasSubstr("L628.0 12.0\""));
}

TEST(SvgChart, WritesNamesAsText) {
  const std::string svg = svg_chart({{"<script>", {{0, 1}, {1, 2}}}});
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
}

TEST(SvgChart, ShortNumbersHaveThreeDigits) {
  EXPECT_EQ(short_number(0.25), "0.25");
  EXPECT_EQ(short_number(1.23456), "1.23");
  EXPECT_EQ(short_number(2e-5), "2e-05");
}

}  // namespace
}  // namespace blip
