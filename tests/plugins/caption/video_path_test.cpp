#include <gst/video/video.h>

#include <algorithm>

#include "tests/plugins/caption/element_harness.h"

namespace blip::test {
namespace {

using VideoPath = ElementTest;

std::vector<guint8> bytes_of(GstBuffer* buffer) {
  std::vector<guint8> bytes(gst_buffer_get_size(buffer));
  gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
  return bytes;
}

TEST_F(VideoPath, EveryBufferLeavesUntouchedAndInOrder) {
  CaptionHarness harness(Source::kFile, "fps=0");
  harness.start();
  guint8 seed = 0;
  for (int i = 0; i < 50; ++i) {
    GstBuffer* buffer =
        i420_frame(32, 24, {seed, static_cast<guint8>(seed * 3), 7}, static_cast<GstClockTime>(i) * 40 * GST_MSECOND,
                   i % 3 == 0 ? GST_CLOCK_TIME_NONE : 40 * GST_MSECOND);
    GST_BUFFER_DTS(buffer) = static_cast<GstClockTime>(i);
    GST_BUFFER_OFFSET(buffer) = static_cast<guint64>(i);
    GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_MARKER);
    const auto bytes = bytes_of(buffer);
    GstBuffer* kept = gst_buffer_ref(buffer);
    ASSERT_EQ(gst_harness_push(harness.video(), buffer), GST_FLOW_OK);
    GstBuffer* out = gst_harness_pull(harness.video());
    EXPECT_EQ(gst_buffer_peek_memory(out, 0), gst_buffer_peek_memory(kept, 0)) << "the very memory, not a copy";
    EXPECT_EQ(bytes_of(out), bytes);
    EXPECT_EQ(GST_BUFFER_DTS(out), static_cast<GstClockTime>(i));
    gst_buffer_unref(out);
    gst_buffer_unref(kept);
    seed = static_cast<guint8>(seed + 11);
  }
  EXPECT_EQ(harness.stat("frames"), 50u);
}

TEST_F(VideoPath, TheEngineSeesTheRightColorInEveryFormatAtOddWidths) {
  for (const char* name : {"RGB", "BGR", "RGBx", "BGRx", "RGBA", "BGRA", "GRAY8", "I420", "YV12", "NV12"}) {
    fake_engine().reset();
    CaptionHarness harness(Source::kFile);
    const GstVideoFormat format = gst_video_format_from_string(name);
    harness.start_with(std::string("video/x-raw,width=7,height=5,framerate=10/1,format=") + name);
    GstVideoInfo info;
    gst_video_info_set_format(&info, format, 7, 5);
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, info.size, nullptr);
    gst_buffer_memset(buffer, 0, 0x55, info.size);  // the padding, too
    GstVideoFrame frame;
    ASSERT_TRUE(gst_video_frame_map(&frame, &info, buffer, GST_MAP_WRITE));
    const bool rgb = GST_VIDEO_INFO_IS_RGB(&info), gray = GST_VIDEO_INFO_IS_GRAY(&info);
    const guint8 blue[3] = {static_cast<guint8>(rgb ? 0 : kBlue.y), static_cast<guint8>(rgb ? 0 : kBlue.u),
                            static_cast<guint8>(rgb ? 255 : kBlue.v)};
    for (guint component = 0; component < (gray ? 1u : 3u); ++component) {
      for (int row = 0; row < GST_VIDEO_FRAME_COMP_HEIGHT(&frame, component); ++row) {
        auto* at = static_cast<guint8*>(GST_VIDEO_FRAME_COMP_DATA(&frame, component)) +
                   row * GST_VIDEO_FRAME_COMP_STRIDE(&frame, component);
        for (int column = 0; column < GST_VIDEO_FRAME_COMP_WIDTH(&frame, component); ++column) {
          at[column * GST_VIDEO_FRAME_COMP_PSTRIDE(&frame, component)] = gray ? 255 : blue[component];
        }
      }
    }
    gst_video_frame_unmap(&frame);
    GST_BUFFER_PTS(buffer) = 0;
    ASSERT_EQ(gst_harness_push(harness.video(), buffer), GST_FLOW_OK) << name;
    harness.push_eos();
    ASSERT_TRUE(harness.text_record().wait_for("eos"));
    EXPECT_EQ(harness.text_record().texts(),
              std::vector<std::string>{gray ? "buffer 0-1000 a white picture" : "buffer 0-1000 a blue picture"})
        << name;
    EXPECT_EQ(fake_engine().seen().at(0).width, 7);
    EXPECT_EQ(fake_engine().seen().at(0).height, 5);
  }
}

TEST_F(VideoPath, PaddedStridesOfVideoMetaCount) {
  CaptionHarness harness(Source::kFile);
  harness.start_with("video/x-raw,format=RGB,width=3,height=2,framerate=10/1");
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 64, nullptr);
  gst_buffer_memset(buffer, 0, 0xFF, 64);
  const guint8 row[9] = {255, 0, 0, 255, 0, 0, 255, 0, 0};
  gst_buffer_fill(buffer, 4, row, sizeof row);
  gst_buffer_fill(buffer, 4 + 25, row, sizeof row);
  gsize offsets[GST_VIDEO_MAX_PLANES] = {4, 0, 0, 0};
  gint strides[GST_VIDEO_MAX_PLANES] = {25, 0, 0, 0};
  gst_buffer_add_video_meta_full(buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_RGB, 3, 2, 1, offsets, strides);
  GST_BUFFER_PTS(buffer) = 0;
  gst_harness_push(harness.video(), buffer);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), std::vector<std::string>{"buffer 0-1000 a red picture"});
}

TEST_F(VideoPath, AChangeOfSizeMidwayNeedsNoRestart) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  harness.push_span(kRed, 0, 1000);
  const CapsPtr caps(gst_caps_from_string("video/x-raw,format=I420,width=64,height=48,framerate=10/1"));
  ASSERT_TRUE(gst_harness_push_event(harness.video(), gst_event_new_caps(caps.get())));
  ASSERT_EQ(gst_harness_push(harness.video(), i420_frame(64, 48, kBlue, GST_SECOND, 100 * GST_MSECOND)), GST_FLOW_OK);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(fake_engine().seen().at(0).width, 32);
  EXPECT_EQ(fake_engine().seen().at(1).width, 64);
  EXPECT_EQ(harness.text_record().texts(),
            (std::vector<std::string>{"buffer 0-1000 a red picture", "buffer 1000-2000 a blue picture"}));
}

TEST_F(VideoPath, AFrameOfOnePixelWorks) {
  CaptionHarness harness(Source::kFile);
  harness.start_with("video/x-raw,format=I420,width=1,height=1,framerate=0/1");
  gst_harness_push(harness.video(), i420_frame(1, 1, kGreen, 0, GST_CLOCK_TIME_NONE));
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), std::vector<std::string>{"buffer 0-1000 a green picture"});
}

TEST_F(VideoPath, TheOrientationTagTurnsTheAnalysedPictureOnly) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  harness.push_span(kRed, 0, 1000);
  GstTagList* tags = gst_tag_list_new(GST_TAG_IMAGE_ORIENTATION, "rotate-90", nullptr);
  gst_harness_push_event(harness.video(), gst_event_new_tag(tags));
  GstBuffer* pushed = i420_frame(32, 24, kRed, GST_SECOND, 100 * GST_MSECOND);
  const auto bytes = bytes_of(pushed);
  gst_harness_push(harness.video(), pushed);
  GstBuffer* out = gst_harness_pull(harness.video());
  EXPECT_EQ(bytes_of(out), bytes);
  gst_buffer_unref(out);
  harness.push_eos();
  ASSERT_EQ(fake_engine().seen().size(), 2u);
  EXPECT_EQ(fake_engine().seen()[0].orientation, Orientation::kUpright);
  EXPECT_EQ(fake_engine().seen()[1].orientation, Orientation::kRotate90Clockwise);
  EXPECT_EQ(fake_engine().seen()[1].width, 32);
}

TEST_F(VideoPath, ColorimetryOfTheCapsReachesTheEngine) {
  CaptionHarness harness(Source::kFile);
  harness.start_with("video/x-raw,format=I420,width=32,height=24,framerate=10/1,colorimetry=bt709");
  harness.push(kRed, 0);
  harness.push_eos();
  EXPECT_EQ(fake_engine().seen().at(0).matrix, ColorMatrix::kBt709);
}

TEST_F(VideoPath, QueriesAndEventsPass) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  harness.push(kRed, 0);
  gst_harness_push_event(harness.video(),
                         gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty("in-band")));
  gst_harness_push_event(harness.video(),
                         gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM_OOB, gst_structure_new_empty("out-of-band")));
  harness.push(kRed, 100 * GST_MSECOND);
  harness.push_eos();
  std::vector<std::string> names;
  while (names.empty() || names.back() != "eos") {
    GstEvent* event = gst_harness_pull_event(harness.video());
    ASSERT_NE(event, nullptr);
    names.push_back(GST_EVENT_IS_SERIALIZED(event) ? gst_event_type_get_name(GST_EVENT_TYPE(event)) : "oob");
    gst_event_unref(event);
  }
  const auto count = [&names](const char* name) { return std::count(names.begin(), names.end(), name); };
  EXPECT_EQ(count("custom-downstream"), 1);
  EXPECT_EQ(count("oob"), 1);
  GstQuery* query = gst_query_new_allocation(nullptr, FALSE);
  gst_pad_peer_query(harness.video()->srcpad, query);  // answered after all before it has left
  gst_query_unref(query);
  const CapsPtr caps(gst_pad_peer_query_caps(harness.video()->srcpad, nullptr));
  EXPECT_FALSE(gst_caps_is_empty(caps.get()));
}

TEST_F(VideoPath, WithoutAnybodyDownstreamTheSourceIsTold) {
  ElementPtr element(gst_element_factory_make("blipcaption", nullptr));
  gst_object_ref_sink(element.get());
  GstHarness* harness = gst_harness_new_with_element(element.get(), "sink", nullptr);
  gst_harness_set_src_caps_str(harness, "video/x-raw,format=I420,width=32,height=24,framerate=10/1");
  GstFlowReturn flow = GST_FLOW_OK;
  for (int i = 0; i < 1000 && flow == GST_FLOW_OK; ++i) {
    flow = gst_harness_push(harness, i420_frame(32, 24, kRed, static_cast<GstClockTime>(i) * GST_SECOND, GST_SECOND));
  }
  EXPECT_EQ(flow, GST_FLOW_NOT_LINKED);
  gst_harness_teardown(harness);
}

}  // namespace
}  // namespace blip::test
