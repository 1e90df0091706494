#include "pipelines/captioning/caption_settings.h"

#include <gtest/gtest.h>

#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

TEST(CaptionSettings, DefaultsGoTogether) {
  EXPECT_NO_THROW(CaptionSettings().validate());
}

TEST(CaptionSettings, TheShortestCaptionIsNotLongerThanTheLongest) {
  CaptionSettings settings;
  settings.min_length = settings.max_length = 7;
  EXPECT_NO_THROW(settings.validate());
  settings.min_length = 8;
  EXPECT_THROW(settings.validate(), UsageError);
}

TEST(CaptionSettings, WarnsOfSamplingOptionsWithoutSampling) {
  CaptionSettings settings;
  EXPECT_TRUE(settings.warnings().empty());
  settings.top_k = 5;
  ASSERT_EQ(settings.warnings().size(), 1u);
  EXPECT_NE(settings.warnings()[0].find("--top-k"), std::string::npos);
  settings.top_p = 0.9;
  EXPECT_TRUE(settings.warnings().empty());
}

}  // namespace
}  // namespace blip
