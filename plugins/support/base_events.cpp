#include <algorithm>
#include <utility>

#include "plugins/support/base_state.h"
#include "plugins/support/element_messages.h"
#include "plugins/support/flow_guard.h"
#include "plugins/support/orientation_tag.h"

namespace blip {
namespace {

BaseState& state_of(GstObject* element) {
  return *GST_BLIP_BASE(element)->state;
}

// FLUSHING has to be told apart from failure: a sticky event that fails otherwise is an error for upstream.
GstFlowReturn forward(BaseState& state, EventPtr event) {
  const GstFlowReturn flow = state.video.push(std::move(event));
  return flow == GST_FLOW_NOT_LINKED || flow == GST_FLOW_EOS ? GST_FLOW_OK : flow;
}

// The window that is being filled ends with the stream, or with its segment.
GstFlowReturn submit_rest(BaseState& state) {
  Sampled rest = sample_rest(state);
  return rest.jobs.empty() ? GST_FLOW_OK : submit_jobs(state, std::move(rest));
}

// What an application asks for by an event "blip/...".
void take_command(BaseState& state, const GstStructure* command) {
  if (command == nullptr || !g_str_has_prefix(gst_structure_get_name(command), "blip/")) return;
  if (gst_structure_has_name(command, "blip/trigger")) {
    state.analyse_now = true;
  } else if (const auto take = GST_BLIP_BASE_GET_CLASS(state.element)->take_command) {
    take(GST_BLIP_BASE(state.element), command);
  }
}

GstFlowReturn take_stream_start(BaseState& state, EventPtr event) {
  const gchar* id = nullptr;
  gst_event_parse_stream_start(event.get(), &id);
  state.stream_id.change([id](std::string& now) { now = id; });
  submit_rest(state);
  state.stream.orientation = Orientation::kUpright;
  state.upstream_eos = false;
  state.text.mark(state.stream.text_end(), std::nullopt, text_stream_start(event.get()));
  return forward(state, std::move(event));
}

GstFlowReturn take_caps(BaseState& state, EventPtr event) {
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event.get(), &caps);
  const auto format = frame_format(caps);
  if (!format) return GST_FLOW_NOT_NEGOTIATED;
  state.stream.format = std::make_shared<const FrameFormat>(*format);
  return forward(state, std::move(event));
}

GstFlowReturn take_segment(BaseState& state, EventPtr event) {
  StreamPosition& stream = state.stream;
  const GstSegment* given = nullptr;
  gst_event_parse_segment(event.get(), &given);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  if (given->format == GST_FORMAT_TIME) segment = *given;

  submit_rest(state);
  const auto lateness = static_cast<std::uint64_t>(state.settings.snapshot()->lateness) * GST_MSECOND;
  const GstSegment text = text_segment(segment, lateness);
  EventPtr for_text(gst_event_new_segment(&text));
  gst_event_set_seqnum(for_text.get(), gst_event_get_seqnum(event.get()));
  state.text.mark(stream.text_end(), static_cast<std::int64_t>(text.start), std::move(for_text));
  stream.segment = segment;
  stream.text_shift = static_cast<std::int64_t>(text.start) - static_cast<std::int64_t>(segment.start);
  stream.begin_part();
  return forward(state, std::move(event));
}

// What had begun ends where the stream does.
void tell_end(BaseState& state) {
  const StreamPosition& stream = state.stream;
  if (!stream.last_end || !state.settings.snapshot()->post_messages) return;
  const auto end = gst_segment_to_stream_time(&stream.segment, GST_FORMAT_TIME, static_cast<guint64>(*stream.last_end));
  for (const Notice& notice : state.analysis->finish(end))
    post_record(state.element, notice.name, notice.times, state.source(), notice.fields);
}

// All that was sampled has its result before anything ends.
GstFlowReturn take_end(BaseState& state, EventPtr event) {
  state.upstream_eos = GST_EVENT_TYPE(event.get()) == GST_EVENT_EOS;
  submit_rest(state);
  // A live stream's end waits for one analysis, not for those behind it.
  const bool drained = state.worker.drain(/*in_flight_only=*/state.stream.is_live());
  if (drained) tell_end(state);
  state.text.mark(state.stream.text_end(), std::nullopt, share(event.get()));
  const GstFlowReturn flow = forward(state, std::move(event));
  if (flow < GST_FLOW_EOS) GST_ELEMENT_FLOW_ERROR(state.element, flow);
  return flow;
}

GstFlowReturn take_gap(BaseState& state, EventPtr event) {
  GstClockTime start = 0, duration = 0;
  gst_event_parse_gap(event.get(), &start, &duration);
  const auto end = static_cast<std::int64_t>(GST_CLOCK_TIME_IS_VALID(duration) ? start + duration : start);
  const std::int64_t known = std::min(end, state.stream.windows.collecting_since().value_or(end));
  if (state.stream.segment.rate > 0) state.text.advance(known + state.stream.text_shift);
  state.stream.last_end = end;
  return forward(state, std::move(event));
}

GstFlowReturn take_tag(BaseState& state, EventPtr event) {
  GstTagList* tags = nullptr;
  gst_event_parse_tag(event.get(), &tags);
  if (const auto orientation = orientation_of(tags)) state.stream.orientation = *orientation;
  return forward(state, std::move(event));
}

GstFlowReturn start_flush(BaseState& state, EventPtr event) {
  state.worker.set_flushing(true);
  state.text.set_flushing(true);
  const PadPtr text = state.current_text_pad();
  const EventPtr for_text = share(event.get());
  gst_pad_push_event(state.src, event.release());
  // After downstream, so that the tasks are on their way out of it; sticky events that had not left are kept for later.
  for (EventPtr& waiting : state.video.set_flushing(true)) {
    const GstEventType type = GST_EVENT_TYPE(waiting.get());
    const bool outlives = GST_EVENT_IS_STICKY(waiting.get()) && type != GST_EVENT_SEGMENT && type != GST_EVENT_EOS;
    if (outlives) gst_pad_store_sticky_event(state.src, waiting.get());
  }
  gst_pad_pause_task(state.src);
  if (text) {
    gst_pad_push_event(text.get(), share(for_text.get()).release());
    gst_pad_pause_task(text.get());
  }
  return GST_FLOW_OK;
}

GstFlowReturn stop_flush(BaseState& state, EventPtr event) {
  gst_segment_init(&state.stream.segment, GST_FORMAT_TIME);
  state.stream.text_shift = 0;
  state.stream.begin_part();
  state.upstream_eos = false;
  const PadPtr text = state.current_text_pad();
  if (text) gst_pad_push_event(text.get(), share(event.get()).release());
  gst_pad_push_event(state.src, event.release());
  state.video.set_flushing(false);
  state.text.set_flushing(false);
  state.worker.set_flushing(false);
  gst_pad_start_task(state.src, base_src_loop, state.src, nullptr);
  if (text) gst_pad_start_task(text.get(), base_text_loop, text.get(), nullptr);
  return GST_FLOW_OK;
}

GstFlowReturn take_event(BaseState& state, GstPad* pad, EventPtr event) {
  switch (GST_EVENT_TYPE(event.get())) {
    case GST_EVENT_STREAM_START:
      return take_stream_start(state, std::move(event));
    case GST_EVENT_CAPS:
      return take_caps(state, std::move(event));
    case GST_EVENT_SEGMENT:
      return take_segment(state, std::move(event));
    case GST_EVENT_EOS:
    case GST_EVENT_SEGMENT_DONE:
      return take_end(state, std::move(event));
    case GST_EVENT_GAP:
      return take_gap(state, std::move(event));
    case GST_EVENT_TAG:
      return take_tag(state, std::move(event));
    case GST_EVENT_FLUSH_START:
      return start_flush(state, std::move(event));
    case GST_EVENT_FLUSH_STOP:
      return stop_flush(state, std::move(event));
    case GST_EVENT_CUSTOM_DOWNSTREAM:
    case GST_EVENT_CUSTOM_DOWNSTREAM_OOB:
    case GST_EVENT_CUSTOM_BOTH:
    case GST_EVENT_CUSTOM_BOTH_OOB:
      take_command(state, gst_event_get_structure(event.get()));
      [[fallthrough]];
    default:
      if (GST_EVENT_IS_SERIALIZED(event.get())) return forward(state, std::move(event));
      gst_pad_event_default(pad, GST_OBJECT(state.element), event.release());
      return GST_FLOW_OK;
  }
}

}  // namespace

GstFlowReturn base_sink_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  EventPtr owned(event);
  BaseState& state = state_of(parent);
  const Handover::Inside inside(state.handover);
  return flow_guard(GST_ELEMENT(parent), [&] { return take_event(state, pad, std::move(owned)); });
}

// Both source pads pass a pipeline's one seek on; upstream is to do it once.
gboolean base_src_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  BaseState& state = state_of(parent);
  if (GST_EVENT_TYPE(event) == GST_EVENT_CUSTOM_UPSTREAM)
    guarded(state.element, 0, [&] { return take_command(state, gst_event_get_structure(event)), 0; });
  if (GST_EVENT_TYPE(event) != GST_EVENT_SEEK) return gst_pad_event_default(pad, parent, event);
  const guint32 number = gst_event_get_seqnum(event);
  if (state.last_seek == number) {
    gst_event_unref(event);
    return TRUE;
  }
  const gboolean done = gst_pad_event_default(pad, parent, event);
  if (done) state.last_seek = number;
  return done;
}

}  // namespace blip
