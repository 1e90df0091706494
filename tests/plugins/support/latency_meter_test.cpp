#include "plugins/support/latency_meter.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

using namespace std::chrono_literals;

TEST(LatencyMeter, PromisesWhatWasNeededRoundedUp) {
  LatencyMeter meter;
  EXPECT_EQ(meter.promised(), 0ns);
  EXPECT_TRUE(meter.add(120ms));
  EXPECT_EQ(meter.promised(), 150ms);
  EXPECT_FALSE(meter.add(150ms));
  EXPECT_TRUE(meter.add(151ms));
  EXPECT_EQ(meter.promised(), 200ms);
}

TEST(LatencyMeter, SmallFluctuationsChangeNothing) {
  LatencyMeter meter;
  meter.add(300ms);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(meter.add(i % 2 == 0 ? 180ms : 290ms));
}

TEST(LatencyMeter, OneDelayInTwentyMayBeLonger) {
  LatencyMeter meter;
  for (int i = 0; i < 60; ++i) meter.add(100ms);
  EXPECT_FALSE(meter.add(5s));
  EXPECT_EQ(meter.promised(), 100ms);
  EXPECT_FALSE(meter.add(5s));
  EXPECT_FALSE(meter.add(5s));
  EXPECT_TRUE(meter.add(5s));  // the 61st of 64 sorted delays is the fourth
  EXPECT_EQ(meter.promised(), 5s);
}

TEST(LatencyMeter, PercentilesAreOfTheDelaysSoFar) {
  LatencyMeter meter;
  EXPECT_EQ(meter.percentile(0.5), 0ns);
  for (int i = 1; i <= 10; ++i) meter.add(std::chrono::milliseconds(i));
  EXPECT_EQ(meter.percentile(0.5), 5ms);
  EXPECT_EQ(meter.percentile(0.95), 10ms);
  EXPECT_EQ(meter.percentile(0.1), 1ms);
}

TEST(LatencyMeter, FallsAfterALongTimeOfMuchShorterDelays) {
  LatencyMeter meter;
  meter.add(2s);
  int changes = 0;
  for (int i = 0; i < 128; ++i) changes += meter.add(100ms) ? 1 : 0;
  EXPECT_EQ(changes, 1);
  EXPECT_EQ(meter.promised(), 100ms);
}

TEST(LatencyMeter, ResetForgets) {
  LatencyMeter meter;
  meter.add(1s);
  meter.reset();
  EXPECT_EQ(meter.promised(), 0ns);
}

}  // namespace
}  // namespace blip
