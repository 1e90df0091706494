#include "pipelines/terminal/clock_text.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(ClockText, WritesHoursMinutesSecondsAndMilliseconds) {
  EXPECT_EQ(clock_text(0, '.'), "00:00:00.000");
  EXPECT_EQ(clock_text((1 * 3600 + 2 * 60 + 3) * kSecond + 45'000'000, ','), "01:02:03,045");
}

TEST(ClockText, RoundsToTheNearestMillisecondAndCarries) {
  EXPECT_EQ(clock_text(499'999, '.'), "00:00:00.000");
  EXPECT_EQ(clock_text(500'000, '.'), "00:00:00.001");
  EXPECT_EQ(clock_text(33'366'667, '.'), "00:00:00.033");  // one frame of 29.97 a second
  EXPECT_EQ(clock_text(60 * kSecond - 1, '.'), "00:01:00.000");
}

TEST(ClockText, GrowsBeyondNinetyNineHours) {
  EXPECT_EQ(clock_text(100 * 3600 * kSecond, '.'), "100:00:00.000");
}

TEST(CueTiming, NeverMakesAnEmptyCue) {
  EXPECT_EQ(cue_timing(3 * kSecond, 6'200'000'000, '.'), "00:00:03.000 --> 00:00:06.200");
  EXPECT_EQ(cue_timing(kSecond, kSecond, ','), "00:00:01,000 --> 00:00:01,001");
}

TEST(SecondsText, HasThreeToNineDecimalsAndLosesNothing) {
  EXPECT_EQ(seconds_text(0), "0.000");
  EXPECT_EQ(seconds_text(3 * kSecond), "3.000");
  EXPECT_EQ(seconds_text(1'266'666'667), "1.266666667");
  EXPECT_EQ(seconds_text(1'266'600'000), "1.2666");
  EXPECT_EQ(seconds_text(7), "0.000000007");
}

TEST(ShortDurationText, ShowsHoursOnlyWhenThereAreSome) {
  EXPECT_EQ(short_duration_text(7 * kSecond), "0:07");
  EXPECT_EQ(short_duration_text(725 * kSecond), "12:05");
  EXPECT_EQ(short_duration_text(3723 * kSecond), "1:02:03");
  EXPECT_EQ(short_duration_text(59'600'000'000), "1:00");
}

}  // namespace
}  // namespace blip
