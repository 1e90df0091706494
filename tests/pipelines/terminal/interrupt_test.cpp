#include "pipelines/terminal/interrupt.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <csignal>

namespace blip {
namespace {

bool readable(const InterruptWatch& watch) {
  pollfd descriptor{watch.descriptor(), POLLIN, 0};
  return poll(&descriptor, 1, 0) == 1;
}

TEST(InterruptWatch, NoticesTheFirstInterruptAndStaysReadable) {
  const InterruptWatch watch;
  EXPECT_FALSE(watch.requested());
  EXPECT_FALSE(readable(watch));
  std::raise(SIGINT);
  EXPECT_TRUE(watch.requested());
  EXPECT_TRUE(readable(watch));
  EXPECT_TRUE(readable(watch));
}

TEST(InterruptWatch, StartsAnew) {
  {
    const InterruptWatch watch;
    std::raise(SIGINT);
  }
  EXPECT_FALSE(InterruptWatch().requested());
}

TEST(InterruptWatch, LeavesAtOnceWithTheSecond) {
  EXPECT_EXIT(
      {
        const InterruptWatch watch(std::chrono::nanoseconds(0));
        std::raise(SIGINT);
        std::raise(SIGINT);
      },
      testing::ExitedWithCode(130), "");
}

TEST(InterruptWatch, TakesAnEchoForTheSameInterrupt) {
  const InterruptWatch watch(std::chrono::hours(1));
  std::raise(SIGINT);
  std::raise(SIGINT);
  EXPECT_TRUE(watch.requested());
}

TEST(InterruptWatch, GivesTheSignalBackToItsFormerHandler) {
  EXPECT_EXIT(
      {
        { const InterruptWatch watch; }
        std::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace blip
