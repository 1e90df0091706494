#include "pipelines/watching/source_failure.h"

#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include "pipelines/media_input/gst_owners.h"
#include "pipelines/media_input/video_source.h"

namespace blip {
namespace {

using testing::HasSubstr;

SourceFailure judge(GQuark domain, int code, bool url, const std::vector<MissingPlugin>& missing = {}) {
  const GErrorHandle error(g_error_new_literal(domain, code, "Could not do it."));
  return judge_source_failure(*error, missing, url);
}

TEST(SourceFailure, ALostConnectionMayReturn) {
  for (const int code : {GST_RESOURCE_ERROR_OPEN_READ, GST_RESOURCE_ERROR_NOT_FOUND, GST_RESOURCE_ERROR_READ})
    EXPECT_TRUE(judge(GST_RESOURCE_ERROR, code, true).may_return) << code;
  EXPECT_EQ(judge(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ, true).text,
            "it cannot be reached (Could not do it)");
  EXPECT_TRUE(judge(GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, true).may_return);
  EXPECT_THAT(judge(GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED, true).text, HasSubstr("connection failed"));
}

TEST(SourceFailure, AWrongPasswordAMissingPluginAndSoundAloneDoNot) {
  const auto refused = judge(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED, true);
  EXPECT_FALSE(refused.may_return);
  EXPECT_THAT(refused.text, HasSubstr("USER:PASSWORD"));
  const auto missing =
      judge(GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, true, {{"H.264 decoder", "gstreamer1.0-libav"}});
  EXPECT_FALSE(missing.may_return);
  EXPECT_THAT(missing.text, HasSubstr("apt install gstreamer1.0-libav"));
  EXPECT_FALSE(judge(blip_no_video_quark(), 0, true).may_return);
}

TEST(SourceFailure, AFileDoesNotMend) {
  EXPECT_FALSE(judge(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ, false).may_return);
  EXPECT_FALSE(judge(GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, false).may_return);
}

}  // namespace
}  // namespace blip
