#include "pipelines/media_input/failure_text.h"

#include <gmock/gmock.h>
#include <gst/pbutils/pbutils.h>
#include <gtest/gtest.h>

#include "pipelines/media_input/gst_owners.h"

namespace blip {
namespace {

using testing::HasSubstr;

std::string text_of(GQuark domain, int code, const char* message, const std::vector<MissingPlugin>& missing = {}) {
  const GErrorHandle error(g_error_new_literal(domain, code, message));
  return failure_text(*error, missing);
}

TEST(FailureText, SaysWhatWasFoundAndWhatToTry) {
  EXPECT_THAT(text_of(GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE, "x"), HasSubstr("text file"));
  EXPECT_THAT(text_of(GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND, "x"), HasSubstr("give a video"));
  EXPECT_EQ(text_of(GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX, "This file is incomplete."),
            "the file is damaged or cut short (This file is incomplete); copy or download it again");
}

TEST(FailureText, PutsAMissingDecoderFirst) {
  EXPECT_EQ(text_of(GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND, "x", {{"VP9 decoder", "some-package"}}),
            "no VP9 decoder is installed; try: apt install some-package");
}

TEST(MissingPlugin, KnowsThePackageOfADecoder) {
  gst_init(nullptr, nullptr);
  const GstElementHandle element(GST_ELEMENT(gst_object_ref_sink(gst_bin_new(nullptr))));
  const auto read = [&](const char* caps_text) {
    const GstCapsHandle caps(gst_caps_from_string(caps_text));
    const GstMessageHandle message(gst_missing_decoder_message_new(element.get(), caps.get()));
    return read_missing_plugin(message.get());
  };
  EXPECT_THAT(read("video/x-h264").what, HasSubstr("H.264"));
  EXPECT_EQ(read("video/x-h264").package, "gstreamer1.0-libav");
  EXPECT_EQ(read("video/x-vp9").package, "gstreamer1.0-plugins-good");
  EXPECT_EQ(read("video/x-av1").package, "gstreamer1.0-plugins-bad");
}

}  // namespace
}  // namespace blip
