#include "pipelines/terminal/progress.h"

#include <gtest/gtest.h>

#include "pipelines/terminal/clock_text.h"

namespace blip {
namespace {

TEST(Progress, ShowsBarPercentTimesAndEta) {
  // A quarter took 10 s, so three quarters will take 30 s.
  EXPECT_EQ(progress_text({"talk.mp4", 30 * kSecond, 120 * kSecond, 10 * kSecond}),
            "talk.mp4 [#####---------------]  25 % 0:30 of 2:00, ETA 0:30");
}

TEST(Progress, CountsTheFiles) {
  EXPECT_EQ(progress_text({"b.mp4", 0, 60 * kSecond, 0, 2, 3}),
            "[2/3] b.mp4 [--------------------]   0 % 0:00 of 1:00");
}

TEST(Progress, DoesWithoutADuration) {
  EXPECT_EQ(progress_text({"cam", 65 * kSecond, 0, kSecond}), "cam 1:05");
}

TEST(Progress, NeverGoesBeyondTheEnd) {
  EXPECT_EQ(progress_text({"a.mp4", 11 * kSecond, 10 * kSecond, kSecond}),
            "a.mp4 [####################] 100 % 0:11 of 0:10, ETA 0:00");
}

}  // namespace
}  // namespace blip
