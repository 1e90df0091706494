#include "pipelines/media_input/still_source.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>
#include <gtest/gtest.h>

#include "pipelines/media_input/new_element.h"

namespace blip {
namespace {

RgbImage numbered(int width, int height) {
  RgbImage image(width, height);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<std::uint8_t>(i);
  return image;
}

class StillSource : public testing::TestWithParam<std::pair<int, int>> {};

// GStreamer pads rows to four bytes, so widths that are no multiple of four tell.
TEST_P(StillSource, GivesThePictureOnceAtTimeZeroThenEnds) {
  gst_init(nullptr, nullptr);
  const RgbImage image = numbered(GetParam().first, GetParam().second);
  const PipelineHandle pipeline(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr))));
  const GstElementHandle source = make_still_source(image);
  gst_bin_add(GST_BIN(pipeline.get()), source.get());
  GstElement* sink = add_new_element(pipeline.get(), "appsink", "sink");
  g_object_set(sink, "sync", FALSE, nullptr);
  ASSERT_TRUE(gst_element_link(source.get(), sink));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);

  const GstSampleHandle sample(gst_app_sink_pull_sample(GST_APP_SINK(sink)));
  ASSERT_TRUE(sample);
  GstBuffer* buffer = gst_sample_get_buffer(sample.get());
  EXPECT_EQ(GST_BUFFER_PTS(buffer), 0u);
  GstVideoInfo info;
  ASSERT_TRUE(gst_video_info_from_caps(&info, gst_sample_get_caps(sample.get())));
  EXPECT_EQ(GST_VIDEO_INFO_FORMAT(&info), GST_VIDEO_FORMAT_RGB);
  EXPECT_EQ(GST_VIDEO_INFO_FPS_N(&info), 0);
  GstVideoFrame frame;
  ASSERT_TRUE(gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ));
  EXPECT_EQ(GST_VIDEO_FRAME_WIDTH(&frame), image.width);
  ASSERT_EQ(GST_VIDEO_FRAME_HEIGHT(&frame), image.height);
  for (int y = 0; y < image.height; ++y) {
    const auto* row = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0)) +
                      y * GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0);
    EXPECT_TRUE(std::equal(row, row + image.row_bytes(), image.row(y))) << "row " << y;
  }
  gst_video_frame_unmap(&frame);
  const GstSampleHandle second(gst_app_sink_pull_sample(GST_APP_SINK(sink)));
  EXPECT_FALSE(second);
  EXPECT_TRUE(gst_app_sink_is_eos(GST_APP_SINK(sink)));
}

INSTANTIATE_TEST_SUITE_P(Sizes, StillSource,
                         testing::Values(std::pair(1, 1), std::pair(5, 3), std::pair(4, 4), std::pair(7, 2)));

}  // namespace
}  // namespace blip
