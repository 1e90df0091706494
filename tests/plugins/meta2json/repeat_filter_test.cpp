#include "plugins/meta2json/repeat_filter.h"

#include <gtest/gtest.h>

#include "tests/plugins/meta2json/results.h"

namespace blip::test {
namespace {

TEST(RepeatFilter, KnowsTheLastOfEachName) {
  RepeatFilter filter;
  const auto text = text_result("a dog", GST_SECOND), match = text_result("", GST_SECOND);
  gst_structure_set_name(match.get(), "blip-itm");
  EXPECT_FALSE(filter.repeats(text.get()));
  EXPECT_FALSE(filter.repeats(match.get()));
  EXPECT_TRUE(filter.repeats(text.get()));
  EXPECT_TRUE(filter.repeats(match.get()));
}

TEST(RepeatFilter, AnotherTimeOrTextIsAnotherResult) {
  RepeatFilter filter;
  EXPECT_FALSE(filter.repeats(text_result("a dog", GST_SECOND).get()));
  EXPECT_FALSE(filter.repeats(text_result("a dog", 2 * GST_SECOND).get()));
  EXPECT_FALSE(filter.repeats(text_result("a cat", 2 * GST_SECOND).get()));
  EXPECT_FALSE(filter.repeats(text_result("a dog", GST_SECOND).get())) << "only the last counts";
}

TEST(RepeatFilter, AgeAndBytesDoNotCount) {
  RepeatFilter filter;
  for (int round = 0; round < 3; ++round) {
    const auto result = text_result("a dog", GST_SECOND);
    gst_structure_set(result.get(), "age", G_TYPE_UINT64, static_cast<guint64>(round), nullptr);
    set_embedding(result.get(), {1, 2});
    EXPECT_EQ(filter.repeats(result.get()), round > 0);
  }
}

TEST(RepeatFilter, ScoresCount) {
  RepeatFilter filter;
  for (const double probability : {0.25, 0.5}) {
    const auto result = text_result("a dog", GST_SECOND);
    set_scores(result.get(), {gst_structure_new("scores", "probability", G_TYPE_DOUBLE, probability, nullptr)});
    EXPECT_FALSE(filter.repeats(result.get()));
    EXPECT_TRUE(filter.repeats(result.get()));
  }
}

TEST(RepeatFilter, ForgetsWhenTold) {
  RepeatFilter filter;
  filter.repeats(text_result("a dog", 0).get());
  filter.forget();
  EXPECT_FALSE(filter.repeats(text_result("a dog", 0).get()));
}

}  // namespace
}  // namespace blip::test
