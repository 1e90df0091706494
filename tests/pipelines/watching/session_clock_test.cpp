#include "pipelines/watching/session_clock.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(SessionClock, KeepsAFilesOwnTime) {
  SessionClock clock(false);
  clock.begin_connection();
  EXPECT_EQ(clock.note_picture(5 * kSecond, 0), 5 * kSecond);
  EXPECT_EQ(clock.session_time(3 * kSecond, 100 * kSecond), 3 * kSecond);
}

TEST(SessionClock, PutsALiveSourcesFirstPictureWhereItArrived) {
  SessionClock clock(true);
  clock.begin_connection();
  EXPECT_EQ(clock.note_picture(1000 * kSecond, 2 * kSecond), 2 * kSecond);
  // The next one came late; its distance to the first is what counts.
  EXPECT_EQ(clock.note_picture(1001 * kSecond, 4 * kSecond), 3 * kSecond);
  EXPECT_EQ(clock.session_time(1000 * kSecond, 5 * kSecond), 2 * kSecond);
}

TEST(SessionClock, GoesOnAsTheClockDidWhenASourceReturns) {
  SessionClock clock(true);
  clock.begin_connection();
  clock.note_picture(0, kSecond);
  clock.begin_connection();
  EXPECT_EQ(clock.note_picture(0, 60 * kSecond), 60 * kSecond);
  EXPECT_EQ(clock.session_time(2 * kSecond, 63 * kSecond), 62 * kSecond);
}

TEST(SessionClock, ManyReturnsDoNotAddUp) {
  SessionClock clock(true);
  for (std::int64_t i = 1; i <= 1000; ++i) {
    clock.begin_connection();
    clock.note_picture(0, 10 * i * kSecond);
    EXPECT_EQ(clock.note_picture(9 * kSecond, (10 * i + 9) * kSecond + 1'000'000), (10 * i + 9) * kSecond);
  }
}

TEST(SessionClock, NeverGoesBack) {
  SessionClock clock(true);
  clock.begin_connection();
  clock.note_picture(0, 0);
  EXPECT_EQ(clock.note_picture(4 * kSecond, 2 * kSecond), 4 * kSecond);
  clock.begin_connection();
  EXPECT_EQ(clock.note_picture(0, 3 * kSecond), 4 * kSecond);
}

TEST(SessionClock, FollowsASourceWhoseClockJumps) {
  SessionClock clock(true);
  clock.begin_connection();
  clock.note_picture(100 * kSecond, 0);
  clock.note_picture(101 * kSecond, kSecond);
  EXPECT_EQ(clock.note_picture(0, 2 * kSecond), 2 * kSecond);
  // What is said of pictures before and after the jump.
  EXPECT_EQ(clock.session_time(101 * kSecond, 3 * kSecond), kSecond);
  EXPECT_EQ(clock.session_time(kSecond / 2, 3 * kSecond), 2 * kSecond + kSecond / 2);
}

}  // namespace
}  // namespace blip
