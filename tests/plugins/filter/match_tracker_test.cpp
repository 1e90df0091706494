#include "plugins/filter/match_tracker.h"

#include <gtest/gtest.h>

#include <cmath>

namespace blip {
namespace {

FrameTimes second(std::uint64_t at) {
  return {at * GST_SECOND, at * GST_SECOND, at * GST_SECOND, GST_SECOND};
}

TEST(MatchTracker, BeginsAtOnAndEndsBelowOff) {
  MatchTracker tracker;
  std::vector<Notice> notices;
  const MatchThresholds thresholds{0.5, 0.4};
  EXPECT_FALSE(tracker.update("q", 0.49, second(0), thresholds, notices));
  EXPECT_TRUE(tracker.update("q", 0.5, second(1), thresholds, notices));
  EXPECT_TRUE(tracker.update("q", 0.4, second(2), thresholds, notices));
  EXPECT_EQ(tracker.matched_until(), 3 * GST_SECOND);
  EXPECT_FALSE(tracker.update("q", 0.39, second(3), thresholds, notices));
  ASSERT_EQ(notices.size(), 2u);
  EXPECT_EQ(std::get<std::string>(notices[0].fields[0].value), "start");
  EXPECT_EQ(std::get<std::string>(notices[1].fields[0].value), "end");
  EXPECT_EQ(notices[1].times.stream_time, GST_SECOND);
  EXPECT_EQ(notices[1].times.duration, 2 * GST_SECOND);
  EXPECT_EQ(std::get<double>(notices[1].fields[2].value), 0.5) << "the best score";
}

TEST(MatchTracker, AScoreThatIsNoNumberNeverMatches) {
  MatchTracker tracker;
  std::vector<Notice> notices;
  EXPECT_FALSE(tracker.update("q", std::nan(""), second(0), {}, notices));
  EXPECT_TRUE(tracker.update("q", 0.9, second(1), {}, notices));
  EXPECT_FALSE(tracker.update("q", std::nan(""), second(2), {}, notices));
  EXPECT_EQ(notices.size(), 2u);
}

TEST(MatchTracker, QueriesThatGoEndTheirMatches) {
  MatchTracker tracker;
  std::vector<Notice> notices;
  tracker.update("a", 0.9, second(0), {}, notices);
  tracker.update("b", 0.9, second(0), {}, notices);
  notices.clear();
  tracker.keep_only({"b"}, second(4), notices);
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(std::get<std::string>(notices[0].fields[1].value), "a");
  EXPECT_EQ(tracker.finish(9 * GST_SECOND).size(), 1u);
  EXPECT_EQ(tracker.finish(9 * GST_SECOND).size(), 0u);
}

}  // namespace
}  // namespace blip
