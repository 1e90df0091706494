#include "pipelines/watching/alert_tracker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace blip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kMs = 1'000'000, kSecond = 1'000'000'000;

// Pictures that stand for half a second each.
class AlertTrackerTest : public testing::Test {
 protected:
  AlertTracker make(std::vector<std::string> texts = {"car"}) {
    AlertTracker tracker("cam", rules_, numbers_);
    std::vector<WatchQuery> queries;
    for (const std::string& text : texts) queries.push_back(make_watch_query(text));
    tracker.set_queries(queries);
    return tracker;
  }
  // "start car 1", "end car 1 500-1500 0.90", …: milliseconds.
  static std::vector<std::string> told(const std::vector<Alert>& alerts) {
    std::vector<std::string> lines;
    for (const Alert& alert : alerts) {
      std::string line =
          std::string(name_of(alert.event)) + " " + alert.query.text + " " + std::to_string(alert.number);
      if (alert.event == Alert::Event::kEnd)
        line += " " + std::to_string(alert.start / kMs) + "-" + std::to_string(alert.end / kMs) + " " +
                std::to_string(alert.probability).substr(0, 4);
      lines.push_back(line);
    }
    return lines;
  }
  static std::vector<std::string> add(AlertTracker& tracker, int half_second, double probability) {
    return add(tracker, half_second, {{"car", probability, 0.3}});
  }
  static std::vector<std::string> add(AlertTracker& tracker, int half_second, std::vector<QueryScore> scores) {
    return told(tracker.add(half_second * 500 * kMs, (half_second + 1) * 500 * kMs, scores));
  }

  AlertRules rules_{0.5, 0.3, 0, 10 * kSecond};
  std::uint64_t numbers_ = 0;
};

TEST_F(AlertTrackerTest, BeginsAtTheUpperAndEndsBelowTheLowerThreshold) {
  AlertTracker tracker = make();
  EXPECT_THAT(add(tracker, 0, 0.49), IsEmpty());
  EXPECT_THAT(add(tracker, 1, 0.5), ElementsAre("start car 1"));
  EXPECT_THAT(add(tracker, 2, 0.9), IsEmpty());
  EXPECT_THAT(add(tracker, 3, 0.3), IsEmpty());
  EXPECT_THAT(add(tracker, 4, 0.29), ElementsAre("end car 1 500-2000 0.90"));
  EXPECT_THAT(add(tracker, 5, 0.29), IsEmpty());
  EXPECT_THAT(add(tracker, 6, 0.6), ElementsAre("start car 2"));
  EXPECT_THAT(told(tracker.finish()), ElementsAre("end car 2 3000-3500 0.60"));
  EXPECT_THAT(told(tracker.finish()), IsEmpty());
}

TEST_F(AlertTrackerTest, TheEndThresholdIsFourFifthsUnlessGiven) {
  rules_.threshold_off = std::nullopt;
  AlertTracker tracker = make();
  add(tracker, 0, 0.9);
  EXPECT_THAT(add(tracker, 1, 0.4), IsEmpty());
  EXPECT_THAT(add(tracker, 2, 0.39), ElementsAre("end car 1 0-1000 0.90"));
}

TEST_F(AlertTrackerTest, HoldsMatchesThatAreCloseTogether) {
  rules_.hold = kSecond;
  AlertTracker tracker = make();
  add(tracker, 0, 0.9);
  EXPECT_THAT(add(tracker, 1, 0.1), IsEmpty());
  EXPECT_THAT(add(tracker, 2, 0.8), IsEmpty());
  EXPECT_THAT(add(tracker, 3, 0.1), IsEmpty());
  EXPECT_THAT(add(tracker, 4, 0.1), IsEmpty());
  EXPECT_THAT(add(tracker, 5, 0.1), ElementsAre("end car 1 0-1500 0.90"));
}

TEST_F(AlertTrackerTest, ATextThatWasNotLookedAtDoesNotMatch) {
  AlertTracker tracker = make({"car", "dog"});
  EXPECT_THAT(add(tracker, 0, {{"car", 0.9, {}}, {"dog", 0.8, {}}}), ElementsAre("start car 1", "start dog 2"));
  EXPECT_THAT(add(tracker, 1, {{"dog", 0.7, {}}, {"cat", 0.99, {}}}), ElementsAre("end car 1 0-500 0.90"));
}

TEST_F(AlertTrackerTest, ALikelierNegativeTextSpeaksAgainstTheOthers) {
  AlertTracker tracker = make({"car", "-toy"});
  EXPECT_THAT(add(tracker, 0, {{"car", 0.8, {}}, {"toy", 0.9, {}}}), IsEmpty());
  EXPECT_THAT(add(tracker, 1, {{"car", 0.8, {}}, {"toy", 0.7, {}}}), ElementsAre("start car 1"));
}

TEST_F(AlertTrackerTest, QueriesHaveTheirOwnThresholds) {
  AlertTracker tracker("cam", rules_, numbers_);
  WatchQuery strict = make_watch_query("car");
  strict.threshold = 0.95;
  tracker.set_queries({strict});
  EXPECT_THAT(add(tracker, 0, 0.94), IsEmpty());
  EXPECT_THAT(add(tracker, 1, 0.95), ElementsAre("start car 1"));
}

TEST_F(AlertTrackerTest, SaysNothingOfALongStretchWithoutPictures) {
  AlertTracker tracker = make();
  add(tracker, 0, 0.9);
  EXPECT_THAT(told(tracker.pass(10 * kSecond)), IsEmpty());
  EXPECT_THAT(told(tracker.pass(11 * kSecond)), ElementsAre("end car 1 0-500 0.90"));
  add(tracker, 30, 0.9);
  EXPECT_THAT(add(tracker, 60, 0.7), ElementsAre("end car 2 15000-15500 0.90", "start car 3"));
}

TEST_F(AlertTrackerTest, PicturesThatWerePassedOverDoNotEndAnAlert) {
  AlertTracker tracker = make();
  add(tracker, 0, 0.9);
  EXPECT_THAT(add(tracker, 8, 0.9), IsEmpty());
  EXPECT_THAT(told(tracker.finish()), ElementsAre("end car 1 0-4500 0.90"));
}

TEST_F(AlertTrackerTest, EndsAlertsOfQueriesThatAreGone) {
  AlertTracker tracker = make({"car", "dog"});
  add(tracker, 0, {{"car", 0.9, {}}, {"dog", 0.9, {}}});
  EXPECT_THAT(told(tracker.set_queries({make_watch_query("dog")})), ElementsAre("end car 1 0-500 0.90"));
  EXPECT_THAT(add(tracker, 1, {{"car", 0.9, {}}, {"dog", 0.1, {}}}), ElementsAre("end dog 2 0-500 0.90"));
}

TEST_F(AlertTrackerTest, KeepsTheSimilarityOfTheBestPicture) {
  AlertTracker tracker = make();
  add(tracker, 0, {{"car", 0.6, 0.1}});
  add(tracker, 1, {{"car", 0.9, 0.4}});
  add(tracker, 2, {{"car", 0.7, 0.2}});
  const auto alerts = tracker.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].similarity, 0.4);
  EXPECT_EQ(alerts[0].source, "cam");
}

}  // namespace
}  // namespace blip
