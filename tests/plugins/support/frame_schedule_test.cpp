#include "plugins/support/frame_schedule.h"

#include <gtest/gtest.h>

#include <vector>

namespace blip {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// The stream times, among those given, that are due.
std::vector<std::int64_t> due_times(const std::vector<std::int64_t>& times, double fps) {
  FrameSchedule schedule;
  std::vector<std::int64_t> due;
  for (const auto time : times) {
    if (schedule.due(time, fps)) due.push_back(time);
  }
  return due;
}

std::vector<std::int64_t> frames(std::int64_t count, std::int64_t numerator, std::int64_t denominator) {
  std::vector<std::int64_t> times;
  for (std::int64_t i = 0; i < count; ++i) times.push_back(i * kSecond * denominator / numerator);
  return times;
}

TEST(FrameSchedule, TakesTheFirstFrameAtOrAfterEachPointOfTheGrid) {
  EXPECT_EQ(due_times({0, 400'000'000, 900'000'000, 1'100'000'000, 1'900'000'000, 2'000'000'000}, 1),
            (std::vector<std::int64_t>{0, 1'100'000'000, 2'000'000'000}));
}

TEST(FrameSchedule, TellsTheNextPointAsTheWindowsEnd) {
  FrameSchedule schedule;
  EXPECT_EQ(schedule.due(0, 4)->end, kSecond / 4);
  EXPECT_EQ(schedule.due(1'130'000'000, 4)->end, 5 * kSecond / 4);
}

TEST(FrameSchedule, ZeroMeansEveryFrameWithoutAnEnd) {
  FrameSchedule schedule;
  for (const auto time : frames(5, 25, 1)) {
    const auto window = schedule.due(time, 0);
    ASSERT_TRUE(window);
    EXPECT_FALSE(window->end);
  }
}

TEST(FrameSchedule, TakesAsManyFramesASecondAsTheRateSaysWhateverTheVideosRate) {
  EXPECT_EQ(due_times(frames(10 * 25, 25, 1), 5).size(), 50u);
  EXPECT_EQ(due_times(frames(300, 30000, 1001), 1).size(), 10u);  // the last begins at 9.977 s
  EXPECT_EQ(due_times(frames(30, 1, 1), 5).size(), 30u);          // no more than there are
}

TEST(FrameSchedule, AFrameThatRoundingPutJustBeforeAPointCountsAsBeingOnIt) {
  EXPECT_EQ(due_times({0, 966'666'657, 999'999'990, 1'033'333'323}, 1), (std::vector<std::int64_t>{0, 999'999'990}));
}

TEST(FrameSchedule, AStreamThatBeginsBetweenPointsIsTakenAtOnce) {
  FrameSchedule schedule;
  EXPECT_EQ(schedule.due(12'300'000'000, 1)->end, 13 * kSecond);
  EXPECT_FALSE(schedule.due(12'900'000'000, 1));
}

TEST(FrameSchedule, AHoleInTheStreamGivesOneFrameNotMany) {
  EXPECT_EQ(due_times({0, 7'500'000'000, 7'600'000'000}, 1), (std::vector<std::int64_t>{0, 7'500'000'000}));
}

TEST(FrameSchedule, JitterBackOverAPointDoesNotSampleTwice) {
  EXPECT_EQ(due_times({960'000'000, 1'000'000'000, 980'000'000, 1'020'000'000}, 1),
            (std::vector<std::int64_t>{960'000'000, 1'000'000'000}));
}

TEST(FrameSchedule, AJumpBackIsFollowed) {
  EXPECT_EQ(due_times({9'000'000'000, 2'000'000'000}, 1).size(), 2u);
}

TEST(FrameSchedule, ResetMakesTheNextFrameDue) {
  FrameSchedule schedule;
  schedule.due(0, 1);
  EXPECT_FALSE(schedule.due(100'000'000, 1));
  schedule.reset();
  EXPECT_TRUE(schedule.due(200'000'000, 1));
}

TEST(FrameSchedule, ANewRateCountsFromTheNextFrame) {
  FrameSchedule schedule;
  schedule.due(0, 0.1);
  EXPECT_FALSE(schedule.due(500'000'000, 0.1));
  EXPECT_EQ(schedule.due(600'000'000, 2)->end, kSecond);
}

}  // namespace
}  // namespace blip
