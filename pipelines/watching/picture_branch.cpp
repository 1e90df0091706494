#include "pipelines/watching/picture_branch.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include <cstring>
#include <mutex>
#include <optional>

#include "core/base/error.h"
#include "core/vision/jpeg_writer.h"
#include "pipelines/media_input/gst_owners.h"
#include "pipelines/media_input/new_element.h"

namespace blip {
namespace {

std::optional<std::int64_t> stream_time(const GstSegment& segment, GstBuffer* buffer) {
  if (!GST_BUFFER_PTS_IS_VALID(buffer)) return std::nullopt;
  const GstClockTime time = gst_segment_to_stream_time(&segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  if (!GST_CLOCK_TIME_IS_VALID(time)) return std::nullopt;
  return static_cast<std::int64_t>(time);
}

std::optional<std::int64_t> stream_time(GstPad* pad, GstPadProbeInfo* info) {
  const GstEventHandle event(gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0));
  if (!event) return std::nullopt;
  const GstSegment* segment = nullptr;
  gst_event_parse_segment(event.get(), &segment);
  return stream_time(*segment, GST_PAD_PROBE_INFO_BUFFER(info));
}

// Streaming threads get at the tap through locks inside GLib, which the thread sanitizer does not see. This one it
// sees.
std::mutex handing_over;

const PictureTap& tap_of(gpointer data) {
  const std::lock_guard lock(handing_over);
  return *static_cast<const PictureTap*>(data);
}

GstPadProbeReturn on_pass(GstPad* pad, GstPadProbeInfo* info, gpointer tap) {
  if (const auto time = stream_time(pad, info)) tap_of(tap).passed(*time);
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn on_branch(GstPad* pad, GstPadProbeInfo* info, gpointer tap) {
  const auto time = stream_time(pad, info);
  return time && tap_of(tap).wanted(*time) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

std::optional<RgbImage> picture_in(GstSample* sample) {
  GstVideoInfo info;
  GstVideoFrame frame;
  const GstCaps* caps = gst_sample_get_caps(sample);
  if (caps == nullptr || !gst_video_info_from_caps(&info, caps) ||
      !gst_video_frame_map(&frame, &info, gst_sample_get_buffer(sample), GST_MAP_READ))
    return std::nullopt;
  RgbImage image(GST_VIDEO_FRAME_WIDTH(&frame), GST_VIDEO_FRAME_HEIGHT(&frame));
  const auto* row = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0));
  for (int y = 0; y < image.height; ++y, row += GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0))
    std::memcpy(image.row(y), row, image.row_bytes());
  gst_video_frame_unmap(&frame);
  return image;
}

GstFlowReturn on_picture(GstAppSink* sink, gpointer tap) {
  const GstSampleHandle sample(gst_app_sink_pull_sample(sink));
  if (!sample) return GST_FLOW_EOS;
  const auto time = stream_time(*gst_sample_get_segment(sample.get()), gst_sample_get_buffer(sample.get()));
  const auto image = picture_in(sample.get());
  if (!time || !image) return GST_FLOW_OK;
  try {
    tap_of(tap).made(*time, encode_jpeg(*image, {85}));
  } catch (const Error&) {  // a picture larger than JPEG allows: there is none
  }
  return GST_FLOW_OK;
}

}  // namespace

void add_picture_branch(GstElement* pipeline, GstElement* split, GstPad* source, const PictureTap& tap,
                        PictureSize size, bool may_wait) {
  const std::lock_guard lock(handing_over);
  gpointer data = const_cast<PictureTap*>(&tap);
  gst_pad_add_probe(source, GST_PAD_PROBE_TYPE_BUFFER, on_pass, data, nullptr);
  const auto add = [&](const char* factory, const char* name) { return add_new_element(pipeline, factory, name); };
  GstElement* queue = add("queue", "picture-queue");
  GstElement* scale = add("videoscale", "picture-scale");
  GstElement* convert = add("videoconvert", "picture-convert");
  GstElement* sink = add("appsink", "pictures");
  g_object_set(queue, "max-size-buffers", 2U, "max-size-bytes", 0U, "max-size-time", guint64{0}, nullptr);
  gst_util_set_object_arg(G_OBJECT(queue), "leaky", may_wait ? "no" : "downstream");
  const GstCapsHandle caps(gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "RGB", "width",
                                               GST_TYPE_INT_RANGE, 1, size.width, "height", GST_TYPE_INT_RANGE, 1,
                                               size.height, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, nullptr));
  g_object_set(sink, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, "caps", caps.get(), nullptr);
  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = on_picture;
  gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, data, nullptr);
  gst_element_link_many(split, queue, scale, convert, sink, nullptr);
  const GstPadHandle pad(gst_element_get_static_pad(queue, "sink"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, on_branch, data, nullptr);
}

}  // namespace blip
