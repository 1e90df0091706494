#include <algorithm>
#include <utility>

#include "plugins/support/base_state.h"
#include "plugins/support/element_messages.h"
#include "plugins/support/flow_guard.h"

namespace blip {
namespace {

BaseState& state_of(GstObject* element) {
  return *GST_BLIP_BASE(element)->state;
}

bool upstream_is_live(GstPad* sink) {
  const QueryPtr query(gst_query_new_latency());
  gboolean live = FALSE;
  if (gst_pad_peer_query(sink, query.get())) gst_query_parse_latency(query.get(), &live, nullptr, nullptr);
  return live != FALSE;
}

// A frame without a time follows the one before.
std::int64_t frame_start(const StreamPosition& stream, const GstBuffer* buffer) {
  if (GST_BUFFER_PTS_IS_VALID(buffer)) return static_cast<std::int64_t>(GST_BUFFER_PTS(buffer));
  return stream.last_end.value_or(static_cast<std::int64_t>(stream.segment.start));
}

std::optional<std::int64_t> frame_duration(const StreamPosition& stream, const GstBuffer* buffer) {
  if (GST_BUFFER_DURATION_IS_VALID(buffer)) return static_cast<std::int64_t>(GST_BUFFER_DURATION(buffer));
  const GstVideoInfo& info = stream.format->info;
  if (info.fps_n <= 0) return std::nullopt;
  return static_cast<std::int64_t>(
      gst_util_uint64_scale(GST_SECOND, static_cast<guint64>(info.fps_d), static_cast<guint64>(info.fps_n)));
}

// Both branches count: upstream goes on as long as one of them wants data.
GstFlowReturn combined_flow(GstFlowReturn video, GstFlowReturn text) {
  if (video < GST_FLOW_EOS || video == GST_FLOW_FLUSHING) return video;
  if (text < GST_FLOW_EOS) return text;
  const auto idle = [](GstFlowReturn flow) { return flow == GST_FLOW_EOS || flow == GST_FLOW_NOT_LINKED; };
  if (!idle(video) || !idle(text)) return GST_FLOW_OK;
  return video == text ? video : GST_FLOW_EOS;
}

// The stream's first frame: by then upstream knows whether it is live.
void learn_of_upstream(BaseState& state) {
  const bool live = upstream_is_live(state.sink);
  const auto settings = state.settings.snapshot();
  const bool exact = settings->attach == Attach::kExact || (settings->attach == Attach::kAuto && !live);
  state.stream.live = live;
  state.live = live;
  state.exact = exact;
  state.video.set_rules({exact, state.analysis->gates(), live ? settings->max_age : 0});
  if (live) state.text.set_max_age(std::chrono::nanoseconds(settings->max_age));
}

// After a hole in a live stream, what was seen before does not go together with what comes.
void note_hole(BaseState& state, std::int64_t start) {
  StreamPosition& stream = state.stream;
  const auto max_age = static_cast<std::int64_t>(state.settings.snapshot()->max_age);
  if (stream.is_live() && stream.last_end && max_age > 0 && start - *stream.last_end > max_age) stream.windows.reset();
}

// The text's position; it stays behind where a window begins whose text is not known yet.
void advance_text(BaseState& state, std::int64_t start) {
  const StreamPosition& stream = state.stream;
  if (stream.segment.rate <= 0) return;
  const std::int64_t known = std::min(start, stream.windows.collecting_since().value_or(start));
  state.text.advance(known + stream.text_shift);
}

GstFlowReturn take_frame(BaseState& state, BufferPtr buffer) {
  StreamPosition& stream = state.stream;
  if (!stream.format) return GST_FLOW_NOT_NEGOTIATED;
  if (!stream.live) learn_of_upstream(state);
  if (state.worker.failed()) return GST_FLOW_ERROR;

  const std::int64_t start = frame_start(stream, buffer.get());
  const auto duration = frame_duration(stream, buffer.get());
  const guint64 stream_time = gst_segment_to_stream_time(&stream.segment, GST_FORMAT_TIME, static_cast<guint64>(start));
  if (stream_time != GST_CLOCK_TIME_NONE) gst_object_sync_values(GST_OBJECT(state.element), stream_time);
  note_hole(state, start);
  if (stream.last_start && start > *stream.last_start) stream.last_step = start - *stream.last_start;
  stream.last_start = start;
  stream.last_end = start + duration.value_or(stream.last_step);
  ++state.counters.frames;
  advance_text(state, start);
  // The frame is in its queue before its analysis can be done.
  Sampled sampled = sample_frame(state, buffer, start, duration);
  const GstFlowReturn video = state.video.push(std::move(buffer), sampled.ids(), stream_time);
  const GstFlowReturn flow = combined_flow(video, state.text.flow());
  if (flow != GST_FLOW_OK) return flow;
  const GstFlowReturn submitted = submit_jobs(state, std::move(sampled));
  return submitted == GST_FLOW_OK ? flow : submitted;
}

// The flow of a buffer; events have none.
std::optional<GstFlowReturn> push_item(GstPad* pad, VideoQueue::Item item) {
  if (auto* buffer = std::get_if<BufferPtr>(&item)) return gst_pad_push(pad, buffer->release());
  gst_pad_push_event(pad, std::get<EventPtr>(item).release());
  return std::nullopt;
}

}  // namespace

GstFlowReturn base_chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  BufferPtr owned(buffer);
  BaseState& state = state_of(parent);
  const Handover::Inside inside(state.handover);
  return flow_guard(GST_ELEMENT(parent), [&] { return take_frame(state, std::move(owned)); });
}

void base_src_loop(gpointer data) {
  GstPad* pad = GST_PAD(data);
  BaseState& state = state_of(GST_OBJECT(GST_PAD_PARENT(pad)));
  const Handover::Inside inside(state.handover);
  auto item = state.video.pop();
  if (!item) {
    gst_pad_pause_task(pad);
    return;
  }
  const auto flow = push_item(pad, std::move(*item));
  state.video.done(flow);
  // After its EOS upstream does not come back to learn of it.
  if (flow && *flow < GST_FLOW_EOS && state.upstream_eos) GST_ELEMENT_FLOW_ERROR(state.element, *flow);
}

void base_text_loop(gpointer data) {
  GstPad* pad = GST_PAD(data);
  BaseState& state = state_of(GST_OBJECT(GST_PAD_PARENT(pad)));
  const Handover::Inside inside(state.handover);
  auto item = state.text.pop();
  if (!item) {
    gst_pad_pause_task(pad);
    return;
  }
  const auto settings = state.settings.snapshot();
  const TextStyle style{state.source(), settings->language_code, static_cast<std::size_t>(settings->line_length)};
  const GstFlowReturn flow = state.text_out->push(std::move(*item), style);
  state.text.done(flow);
}

}  // namespace blip
