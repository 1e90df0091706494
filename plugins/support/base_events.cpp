#include <utility>

#include "plugins/support/base_state.h"
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

GstFlowReturn take_stream_start(BaseState& state, EventPtr event) {
  const gchar* id = nullptr;
  gst_event_parse_stream_start(event.get(), &id);
  state.stream_id.change([id](std::string& now) { now = id; });
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

  const GstSegment text = text_segment(segment);
  EventPtr for_text(gst_event_new_segment(&text));
  gst_event_set_seqnum(for_text.get(), gst_event_get_seqnum(event.get()));
  state.text.mark(stream.text_end(), static_cast<std::int64_t>(text.start), std::move(for_text));
  stream.segment = segment;
  stream.text_shift = static_cast<std::int64_t>(text.start) - static_cast<std::int64_t>(segment.start);
  stream.schedule.reset();
  stream.last_start.reset();
  stream.last_end.reset();
  return forward(state, std::move(event));
}

// All that was sampled has its result before anything ends.
GstFlowReturn take_end(BaseState& state, EventPtr event) {
  state.upstream_eos = GST_EVENT_TYPE(event.get()) == GST_EVENT_EOS;
  state.worker.drain();
  state.text.mark(state.stream.text_end(), std::nullopt, share(event.get()));
  const GstFlowReturn flow = forward(state, std::move(event));
  if (flow < GST_FLOW_EOS) GST_ELEMENT_FLOW_ERROR(state.element, flow);
  return flow;
}

GstFlowReturn take_gap(BaseState& state, EventPtr event) {
  GstClockTime start = 0, duration = 0;
  gst_event_parse_gap(event.get(), &start, &duration);
  const auto end = static_cast<std::int64_t>(GST_CLOCK_TIME_IS_VALID(duration) ? start + duration : start);
  if (state.stream.segment.rate > 0) state.text.advance(end + state.stream.text_shift);
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

void forget_position(StreamPosition& stream) {
  gst_segment_init(&stream.segment, GST_FORMAT_TIME);
  stream.text_shift = 0;
  stream.schedule.reset();
  stream.last_start.reset();
  stream.last_end.reset();
}

GstFlowReturn stop_flush(BaseState& state, EventPtr event) {
  forget_position(state.stream);
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
    default:
      if (GST_EVENT_IS_SERIALIZED(event.get())) return forward(state, std::move(event));
      gst_pad_event_default(pad, GST_OBJECT(state.element), event.release());
      return GST_FLOW_OK;
  }
}

// What of `pad`'s raw video this element and the pad's other side can take or give.
CapsPtr possible_caps(GstPad* pad, GstPad* other, GstCaps* filter) {
  const CapsPtr ours(gst_pad_get_pad_template_caps(pad));
  const CapsPtr wanted(filter == nullptr ? gst_caps_ref(ours.get())
                                         : gst_caps_intersect_full(filter, ours.get(), GST_CAPS_INTERSECT_FIRST));
  const CapsPtr theirs(gst_pad_peer_query_caps(other, wanted.get()));
  return CapsPtr(gst_caps_intersect_full(theirs.get(), wanted.get(), GST_CAPS_INTERSECT_FIRST));
}

bool answer_caps(GstPad* pad, GstPad* other, GstQuery* query) {
  GstCaps* filter = nullptr;
  gst_query_parse_caps(query, &filter);
  gst_query_set_caps_result(query, possible_caps(pad, other, filter).get());
  return true;
}

}  // namespace

GstFlowReturn base_sink_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  EventPtr owned(event);
  BaseState& state = state_of(parent);
  const Handover::Inside inside(state.handover);
  return flow_guard(GST_ELEMENT(parent), [&] { return take_event(state, pad, std::move(owned)); });
}

gboolean base_sink_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  BaseState& state = state_of(parent);
  if (GST_QUERY_TYPE(query) == GST_QUERY_CAPS) return answer_caps(pad, state.src, query);
  // An answer must come from the place in the stream where it is asked.
  if (GST_QUERY_IS_SERIALIZED(query)) return state.video.wait_idle() && gst_pad_peer_query(state.src, query);
  return gst_pad_query_default(pad, parent, query);
}

// Both source pads pass a pipeline's one seek on; upstream is to do it once.
gboolean base_src_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  BaseState& state = state_of(parent);
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

gboolean base_src_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  if (GST_QUERY_TYPE(query) == GST_QUERY_CAPS) return answer_caps(pad, state_of(parent).sink, query);
  return gst_pad_query_default(pad, parent, query);
}

gboolean base_text_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  BaseState& state = state_of(parent);
  if (GST_QUERY_TYPE(query) == GST_QUERY_CAPS || GST_QUERY_TYPE(query) == GST_QUERY_ACCEPT_CAPS) {
    return gst_pad_query_default(pad, parent, query);
  }
  if (!gst_pad_peer_query(state.sink, query)) return FALSE;
  if (GST_QUERY_TYPE(query) == GST_QUERY_LATENCY) {
    gboolean live = FALSE;
    GstClockTime least = 0, most = 0;
    gst_query_parse_latency(query, &live, &least, &most);
    const auto own = live ? static_cast<GstClockTime>(state.latency.load()) : 0;
    gst_query_set_latency(query, live, least + own, GST_CLOCK_TIME_IS_VALID(most) ? most + own : most);
  }
  return TRUE;
}

GstIterator* base_internal_links(GstPad* pad, GstObject* parent) {
  const BaseState& state = state_of(parent);
  GstPad* other = pad == state.sink ? state.src : state.sink;
  GValue value = G_VALUE_INIT;
  g_value_init(&value, GST_TYPE_PAD);
  g_value_set_object(&value, other);
  GstIterator* iterator = gst_iterator_new_single(GST_TYPE_PAD, &value);
  g_value_unset(&value);
  return iterator;
}

}  // namespace blip
