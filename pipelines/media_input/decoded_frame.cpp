#include "pipelines/media_input/decoded_frame.h"

#include <string>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr guint kFewBuffers = 64;

bool is_of_small_pool(GstBuffer* buffer) {
  if (buffer->pool == nullptr) return false;
  GstStructure* config = gst_buffer_pool_get_config(buffer->pool);
  guint most = 0;
  gst_buffer_pool_config_get_params(config, nullptr, nullptr, nullptr, &most);
  gst_structure_free(config);
  return most > 0 && most < kFewBuffers;
}

}  // namespace

DecodedFrame::DecodedFrame(GstBuffer* buffer, GstCaps* caps, const FrameFormat& format, Orientation orientation,
                           std::int64_t time, std::int64_t duration)
    : buffer_(is_of_small_pool(buffer) ? gst_buffer_copy_deep(buffer) : gst_buffer_ref(buffer)),
      caps_(gst_caps_ref(caps)),
      time_(time),
      duration_(duration) {
  auto view = FrameView::map(buffer_, format, orientation);
  if (!view.ok()) {
    gst_buffer_unref(buffer_);
    gst_caps_unref(caps_);
    throw Error(view.failure().kind, view.failure().message);
  }
  view_ = std::move(view.value());
}

DecodedFrame::~DecodedFrame() {
  view_.reset();
  gst_buffer_unref(buffer_);
  gst_caps_unref(caps_);
}

FrameReader::~FrameReader() {
  gst_clear_caps(&caps_);
}

DecodedFramePtr FrameReader::read(GstSample* sample) {
  GstBuffer* buffer = gst_sample_get_buffer(sample);
  GstCaps* caps = gst_sample_get_caps(sample);
  if (buffer == nullptr || caps == nullptr || !GST_BUFFER_PTS_IS_VALID(buffer)) return nullptr;
  if (caps != caps_) {
    gst_caps_replace(&caps_, caps);
    format_ = frame_format(caps);
  }
  if (!format_) throw Error(ErrorKind::kInvalidData, "the decoder gives no raw video");
  const GstClockTime stream_time =
      gst_segment_to_stream_time(gst_sample_get_segment(sample), GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  if (!GST_CLOCK_TIME_IS_VALID(stream_time)) return nullptr;
  const std::int64_t time = static_cast<std::int64_t>(stream_time) + shift_;
  if (last_time_ && time <= *last_time_) return nullptr;
  last_time_ = time;
  const std::int64_t duration =
      GST_BUFFER_DURATION_IS_VALID(buffer) ? static_cast<std::int64_t>(GST_BUFFER_DURATION(buffer)) : 0;
  return std::make_shared<const DecodedFrame>(buffer, caps, *format_, orientation_, time, duration);
}

}  // namespace blip
