#include "training/eval/metric_words.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(MetricWords, MarksGoAndCaseIsLowered) {
  EXPECT_EQ(metric_words("A red circle, a  BLUE star."), "a red circle a blue star");
  EXPECT_EQ(metric_words("a red circle , a blue star"), metric_words("a red circle, a blue star"));
  EXPECT_EQ(metric_words("well-known"), "well known");
  EXPECT_EQ(metric_words(" ., !"), "");
}

}  // namespace
}  // namespace blip
