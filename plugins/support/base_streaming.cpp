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

// Where the text of a frame at `start` ends, if that is known.
std::optional<std::int64_t> text_end(const StreamPosition& stream, const FrameSchedule::Window& window,
                                     std::int64_t start, std::int64_t stream_time,
                                     std::optional<std::int64_t> duration) {
  if (window.end) {
    const double rate = std::abs(stream.segment.applied_rate);
    return start + static_cast<std::int64_t>(static_cast<double>(*window.end - stream_time) / rate);
  }
  if (duration && *duration > 0) return start + *duration;
  return std::nullopt;
}

// Sends the frame to the worker when it is due.
GstFlowReturn sample(BaseState& state, GstBuffer* buffer, std::int64_t start, std::optional<std::int64_t> duration) {
  StreamPosition& stream = state.stream;
  const GstSegment& segment = stream.segment;
  const auto position = static_cast<guint64>(start);
  const guint64 stream_time = gst_segment_to_stream_time(&segment, GST_FORMAT_TIME, position);
  if (segment.rate < 0 || stream_time == GST_CLOCK_TIME_NONE) return GST_FLOW_OK;
  const BaseSettings settings = state.settings.copy();
  const auto window = stream.schedule.due(static_cast<std::int64_t>(stream_time), settings.fps);
  if (!window) return GST_FLOW_OK;

  const auto end = text_end(stream, *window, start, static_cast<std::int64_t>(stream_time), duration);
  FrameJob job;
  job.id = state.next_id++;
  job.buffer = share(buffer);
  job.format = stream.format;
  job.orientation = stream.orientation;
  job.times.timestamp = position;
  job.times.stream_time = stream_time;
  job.times.running_time = gst_segment_to_running_time(&segment, GST_FORMAT_TIME, position);
  if (end) job.times.duration = static_cast<std::uint64_t>(*end - start);
  job.task = state.analysis->task();
  job.live = stream.live.value_or(false);

  ++state.counters.sampled;
  const auto text_end_time = end ? std::optional(*end + stream.text_shift) : std::nullopt;
  state.text.sampled(job.id, start + stream.text_shift, text_end_time);
  const auto answer = state.worker.submit(std::move(job), stream.live.value_or(false));
  if (answer.replaced) {
    state.text.drop(answer.replaced->id);
    const std::uint64_t skipped = ++state.counters.skipped;
    post_skipped(state.element, answer.replaced->times, state.counters.analysed, skipped);
  }
  switch (answer.state) {
    case AnalysisWorker::Submitted::kFlushing:
      return GST_FLOW_FLUSHING;
    case AnalysisWorker::Submitted::kFailed:
      return GST_FLOW_ERROR;
    default:
      return GST_FLOW_OK;
  }
}

// Both branches count: upstream goes on as long as one of them wants data.
GstFlowReturn combined_flow(GstFlowReturn video, GstFlowReturn text) {
  if (video < GST_FLOW_EOS || video == GST_FLOW_FLUSHING) return video;
  if (text < GST_FLOW_EOS) return text;
  const auto idle = [](GstFlowReturn flow) { return flow == GST_FLOW_EOS || flow == GST_FLOW_NOT_LINKED; };
  if (!idle(video) || !idle(text)) return GST_FLOW_OK;
  return video == text ? video : GST_FLOW_EOS;
}

GstFlowReturn take_frame(BaseState& state, BufferPtr buffer) {
  StreamPosition& stream = state.stream;
  if (!stream.format) return GST_FLOW_NOT_NEGOTIATED;
  if (!stream.live) stream.live = upstream_is_live(state.sink);
  if (state.worker.failed()) return GST_FLOW_ERROR;

  const std::int64_t start = frame_start(stream, buffer.get());
  const auto duration = frame_duration(stream, buffer.get());
  const guint64 stream_time = gst_segment_to_stream_time(&stream.segment, GST_FORMAT_TIME, static_cast<guint64>(start));
  if (stream_time != GST_CLOCK_TIME_NONE) gst_object_sync_values(GST_OBJECT(state.element), stream_time);
  if (stream.last_start && start > *stream.last_start) stream.last_step = start - *stream.last_start;
  stream.last_start = start;
  stream.last_end = start + duration.value_or(stream.last_step);
  ++state.counters.frames;
  if (stream.segment.rate > 0) state.text.advance(start + stream.text_shift);
  const GstFlowReturn sampled = sample(state, buffer.get(), start, duration);
  if (sampled != GST_FLOW_OK) return sampled;
  return combined_flow(state.video.push(std::move(buffer)), state.text.flow());
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
  const GstFlowReturn flow = state.text_out->push(std::move(*item), state.source());
  state.text.done(flow);
}

}  // namespace blip
