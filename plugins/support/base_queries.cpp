#include "plugins/support/base_state.h"

namespace blip {
namespace {

BaseState& state_of(GstObject* element) {
  return *GST_BLIP_BASE(element)->state;
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

// Upstream's latency and what this element adds to it on a live stream.
bool answer_latency(BaseState& state, GstQuery* query, bool adds) {
  if (!gst_pad_peer_query(state.sink, query)) return false;
  gboolean live = FALSE;
  GstClockTime least = 0, most = 0;
  gst_query_parse_latency(query, &live, &least, &most);
  const auto own = live && adds ? static_cast<GstClockTime>(state.promised_latency()) : 0;
  gst_query_set_latency(query, live, least + own, GST_CLOCK_TIME_IS_VALID(most) ? most + own : most);
  return true;
}

}  // namespace

gboolean base_sink_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  BaseState& state = state_of(parent);
  if (GST_QUERY_TYPE(query) == GST_QUERY_CAPS) return answer_caps(pad, state.src, query);
  // An answer must come from the place in the stream where it is asked.
  if (GST_QUERY_IS_SERIALIZED(query)) return state.video.wait_idle() && gst_pad_peer_query(state.src, query);
  return gst_pad_query_default(pad, parent, query);
}

gboolean base_src_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  BaseState& state = state_of(parent);
  if (GST_QUERY_TYPE(query) == GST_QUERY_CAPS) return answer_caps(pad, state.sink, query);
  if (GST_QUERY_TYPE(query) == GST_QUERY_LATENCY) return answer_latency(state, query, state.exact);
  return gst_pad_query_default(pad, parent, query);
}

gboolean base_text_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  BaseState& state = state_of(parent);
  if (GST_QUERY_TYPE(query) == GST_QUERY_CAPS || GST_QUERY_TYPE(query) == GST_QUERY_ACCEPT_CAPS) {
    return gst_pad_query_default(pad, parent, query);
  }
  if (GST_QUERY_TYPE(query) == GST_QUERY_LATENCY) return answer_latency(state, query, /*adds=*/true);
  return gst_pad_peer_query(state.sink, query);
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
