#include "pipelines/serve/attempt_limit.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

using std::chrono::seconds;
const AttemptLimit::Clock::time_point kStart{seconds(1000)};

TEST(AttemptLimit, WaitsOutTheWindowAfterTooManyFailures) {
  AttemptLimit limit(3, seconds(60));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(limit.wait("a", kStart + seconds(i)), seconds(0));
    limit.failed("a", kStart + seconds(i));
  }
  EXPECT_EQ(limit.wait("a", kStart + seconds(10)), seconds(50));
  EXPECT_EQ(limit.wait("b", kStart + seconds(10)), seconds(0)) << "others are not held back";
  EXPECT_EQ(limit.wait("a", kStart + seconds(60)), seconds(0));
}

TEST(AttemptLimit, ANewWindowCountsAnew) {
  AttemptLimit limit(2, seconds(60));
  limit.failed("a", kStart);
  limit.failed("a", kStart + seconds(61));
  EXPECT_EQ(limit.wait("a", kStart + seconds(62)), seconds(0));
}

TEST(AttemptLimit, SuccessForgets) {
  AttemptLimit limit(1, seconds(60));
  limit.failed("a", kStart);
  limit.succeeded("a");
  EXPECT_EQ(limit.wait("a", kStart), seconds(0));
}

TEST(AttemptLimit, RemembersTheLatestAddressesOnly) {
  AttemptLimit limit(1, seconds(60));
  for (int i = 0; i < 5000; ++i) limit.failed(std::to_string(i), kStart + std::chrono::milliseconds(i));
  EXPECT_GT(limit.wait("4999", kStart + seconds(6)).count(), 0);
  EXPECT_EQ(limit.wait("0", kStart + seconds(6)), seconds(0));
}

}  // namespace
}  // namespace blip
