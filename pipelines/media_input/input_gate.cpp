#include "pipelines/media_input/input_gate.h"

#include <algorithm>
#include <atomic>
#include <utility>

namespace blip {

struct InputGate::State {
  std::atomic<bool> closed{false};
  std::atomic<std::int64_t> position{0};
  bool ended = false;  // streaming thread only

  static GstPadProbeReturn on_buffer(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
    return (*static_cast<std::shared_ptr<State>*>(data))->pass(pad, info);
  }

  GstPadProbeReturn pass(GstPad* pad, GstPadProbeInfo* info) {
    GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
    if (!closed) {
      note_position(pad, buffer);
      if (position == 0) position = 1;
      return GST_PAD_PROBE_OK;
    }
    if (!std::exchange(ended, true)) gst_pad_push_event(pad, gst_event_new_eos());
    gst_buffer_unref(buffer);
    GST_PAD_PROBE_INFO_FLOW_RETURN(info) = GST_FLOW_EOS;
    return GST_PAD_PROBE_HANDLED;
  }

  void note_position(GstPad* pad, GstBuffer* buffer) {
    const GstEventHandle event(gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0));
    if (!event || !GST_BUFFER_PTS_IS_VALID(buffer)) return;
    const GstSegment* segment = nullptr;
    gst_event_parse_segment(event.get(), &segment);
    GstClockTime end = GST_BUFFER_PTS(buffer);
    if (GST_BUFFER_DURATION_IS_VALID(buffer)) end += GST_BUFFER_DURATION(buffer);
    if (GST_CLOCK_TIME_IS_VALID(segment->stop)) end = std::min<GstClockTime>(end, segment->stop);
    const GstClockTime time = gst_segment_to_stream_time(segment, GST_FORMAT_TIME, end);
    if (GST_CLOCK_TIME_IS_VALID(time)) position = static_cast<std::int64_t>(time);
  }
};

InputGate::InputGate(GstPadHandle pad) : pad_(std::move(pad)), state_(std::make_shared<State>()) {
  probe_ =
      gst_pad_add_probe(pad_.get(), GST_PAD_PROBE_TYPE_BUFFER, State::on_buffer, new std::shared_ptr<State>(state_),
                        [](gpointer data) { delete static_cast<std::shared_ptr<State>*>(data); });
}

InputGate::~InputGate() {
  gst_pad_remove_probe(pad_.get(), probe_);
}

void InputGate::close() {
  state_->closed = true;
}

std::int64_t InputGate::position() const {
  return state_->position;
}

std::int64_t InputGate::duration() const {
  gint64 duration = 0;
  return gst_pad_query_duration(pad_.get(), GST_FORMAT_TIME, &duration) ? std::max<std::int64_t>(duration, 0) : 0;
}

}  // namespace blip
