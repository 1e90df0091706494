#include "pipelines/captioning/caption_settings.h"

#include <gtest/gtest.h>

#include "pipelines/captioning/usage_error.h"

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

}  // namespace
}  // namespace blip
