#include "pipelines/media_input/url_source.h"

#include <gmock/gmock.h>
#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "pipelines/media_input/new_element.h"
#include "tests/pipelines/support/clips.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::HasSubstr;

class UrlSource : public testing::Test {
 protected:
  void SetUp() override { gst_init(nullptr, nullptr); }

  // Plays the source to its end and counts its frames.
  static int count_frames(const std::string& file_or_url) {
    const PipelineHandle pipeline(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr))));
    const GstElementHandle source = make_source_for(file_or_url);
    gst_bin_add(GST_BIN(pipeline.get()), source.get());
    GstElement* sink = add_new_element(pipeline.get(), "appsink", "sink");
    g_object_set(sink, "sync", FALSE, nullptr);
    EXPECT_TRUE(gst_element_link_pads(source.get(), "src", sink, "sink"));
    gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
    int frames = 0;
    while (const GstSampleHandle sample{gst_app_sink_pull_sample(GST_APP_SINK(sink))}) ++frames;
    return frames;
  }

  static std::string problem(const std::string& file_or_url) {
    try {
      check_source(file_or_url);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  }

  test::TempDir directory_;
};

TEST_F(UrlSource, TellsUrlsFromFiles) {
  for (const char* url : {"rtsp://camera/1", "HTTP://host/a.mp4", "file:///a.mp4", "videotestsrc://", "srt://h:1"})
    EXPECT_TRUE(is_url(url)) << url;
  for (const char* file : {"a.mp4", "/videos/a.mp4", "c://a.mp4", "://", "a b://c", "", "1x://y", "rtsp:/camera"})
    EXPECT_FALSE(is_url(file)) << file;
  EXPECT_EQ(url_scheme("RTSP://camera"), "rtsp");
}

TEST_F(UrlSource, KnowsCamerasAndBroadcastsByTheirScheme) {
  for (const char* url :
       {"rtsp://camera/1", "SRT://h:1", "udp://239.0.0.1:5000", "rtmp://h/live", "videotestsrc://red"})
    EXPECT_TRUE(is_live_url(url)) << url;
  for (const char* url : {"http://h/a.mp4", "file:///a.mp4", "a.mp4", "rtsp"}) EXPECT_FALSE(is_live_url(url)) << url;
}

TEST_F(UrlSource, HidesPasswords) {
  EXPECT_EQ(shown_url("rtsp://me:secret@camera/1"), "rtsp://me:***@camera/1");
  EXPECT_EQ(shown_url("rtsp://me:se@cret@camera"), "rtsp://me:***@camera");
  EXPECT_EQ(shown_url("rtsp://me@camera:554/a:b@c"), "rtsp://me@camera:554/a:b@c");
  EXPECT_EQ(shown_url("http://host:80/x?mail=a:b@c"), "http://host:80/x?mail=a:b@c");
  EXPECT_EQ(shown_url("rtsp://"), "rtsp://");
  EXPECT_EQ(shown_url("a:b@c.mp4"), "a:b@c.mp4");
}

TEST_F(UrlSource, ReadsFilesByPathAndByUrl) {
  const std::string path = directory_ / "a clip.mp4";
  test::run_ffmpeg("-f lavfi -i color=red:s=64x48:r=10:d=1 -c:v libx264 -pix_fmt yuv420p '" + path + "'");
  EXPECT_EQ(count_frames(path), 10);
  const GStringHandle url(gst_filename_to_uri(path.c_str(), nullptr));
  EXPECT_EQ(count_frames(url.get()), 10);
  EXPECT_EQ(local_path(url.get()), path);
  EXPECT_EQ(problem(url.get()), "");
}

TEST_F(UrlSource, GivesTestPictures) {
  EXPECT_EQ(count_frames("videotestsrc://red?fps=100&size=64x48&frames=7"), 7);
}

TEST_F(UrlSource, SaysWhatIsWrongBeforeItStarts) {
  EXPECT_EQ(problem("videotestsrc://"), "");
  EXPECT_THAT(problem("videotestsrc://unicorn"), HasSubstr("no pattern 'unicorn'"));
  EXPECT_THAT(problem("videotestsrc://?fps=0"), HasSubstr("'0' is no number"));
  EXPECT_THAT(problem("videotestsrc://?size=12"), HasSubstr("is no number"));
  EXPECT_THAT(problem("videotestsrc://?frames=5x"), HasSubstr("'5x' is no number"));
  EXPECT_THAT(problem("gopher2://host/a"), HasSubstr("no GStreamer element that reads gopher2://"));
  EXPECT_THAT(problem("file://"), HasSubstr("names no file"));
  EXPECT_THAT(problem("/nowhere/a.mp4"), HasSubstr("no such file"));
}

}  // namespace
}  // namespace blip
