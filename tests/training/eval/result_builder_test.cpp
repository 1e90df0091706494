#include "training/eval/result_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blip {
namespace {

using testing::ElementsAre;

const Metric& metric_of(const RunResult& result, const std::string& key) {
  for (const Metric& metric : result.metrics)
    if (metric.key == key) return metric;
  throw std::runtime_error("no metric " + key);
}

TEST(ResultBuilder, MeansAreOverTheSamplesThatHaveTheKey) {
  ResultBuilder builder;
  builder.add({"q1", "a", {{"accuracy", 100}}});
  builder.add({"q2", "a", {{"accuracy", 0}}});
  builder.add({"q3", "b", {{"accuracy", 50}, {"other", 7}}});
  builder.mean("accuracy", "accuracy");
  builder.mean("other", "other");
  builder.mean("nothing", "nothing");
  builder.mean_by_part("accuracy", "accuracy", std::vector<std::string>{"who", "what", ""});
  const RunResult result = builder.finish(2, {"a.mp4", "b.mp4"});
  EXPECT_DOUBLE_EQ(metric_of(result, "accuracy").value, 50);
  EXPECT_EQ(metric_of(result, "accuracy").count, 3);
  EXPECT_DOUBLE_EQ(metric_of(result, "other").value, 7);
  EXPECT_FALSE(metric_of(result, "other").low);  // one medium: nothing to resample
  EXPECT_DOUBLE_EQ(metric_of(result, "accuracy.what").value, 0);
  EXPECT_EQ(metric_of(result, "accuracy.who").label, "accuracy, who");
  EXPECT_EQ(result.metrics.size(), 4U);
  // Two media of mean 50 each: whichever are drawn, it is 50.
  EXPECT_DOUBLE_EQ(*metric_of(result, "accuracy").low, 50);
  EXPECT_DOUBLE_EQ(*metric_of(result, "accuracy").high, 50);
}

TEST(ResultBuilder, CountsAddUp) {
  ResultBuilder builder;
  builder.add({"q1", "a", {}});
  builder.fail("q2: broken");
  builder.fail("medium b", 3);
  const RunResult result = builder.finish(2, {"c.mp4"});
  EXPECT_EQ(result.counts.done, 1);
  EXPECT_EQ(result.counts.failed, 4);
  EXPECT_EQ(result.counts.missing, 2);
  EXPECT_EQ(result.counts.in, 7);
  EXPECT_THAT(result.missing, ElementsAre("c.mp4", "q2: broken", "medium b"));
}

TEST(ResultBuilder, TheMedianOfAnEvenCountLiesBetween) {
  ResultBuilder builder;
  for (const double rank : {1.0, 9.0, 2.0, 4.0})
    builder.add({std::to_string(rank), std::to_string(rank), {{"rank", rank}}});
  builder.median("rank", "mdr", "median rank");
  const RunResult result = builder.finish(0, {});
  EXPECT_DOUBLE_EQ(metric_of(result, "mdr").value, 3);
  EXPECT_LE(*metric_of(result, "mdr").low, 3);
  EXPECT_GE(*metric_of(result, "mdr").high, 3);
}

}  // namespace
}  // namespace blip
