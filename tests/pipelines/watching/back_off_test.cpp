#include "pipelines/watching/back_off.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

using std::chrono::milliseconds;

TEST(BackOff, DoublesUpToItsLimitAndBeginsAnewAfterSuccess) {
  BackOff pause(milliseconds(100), milliseconds(350));
  EXPECT_EQ(pause.fail(), milliseconds(100));
  EXPECT_EQ(pause.fail(), milliseconds(200));
  EXPECT_EQ(pause.fail(), milliseconds(350));
  EXPECT_EQ(pause.fail(), milliseconds(350));
  EXPECT_EQ(pause.failures(), 4);
  pause.succeed();
  EXPECT_EQ(pause.failures(), 0);
  EXPECT_EQ(pause.fail(), milliseconds(100));
}

TEST(BackOff, NeverWaitsLongerThanItsLimit) {
  BackOff pause(milliseconds(500), milliseconds(200));
  EXPECT_EQ(pause.fail(), milliseconds(200));
}

}  // namespace
}  // namespace blip
