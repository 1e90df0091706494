#include "plugins/support/text_pad.h"

#include <utility>

namespace blip {
namespace {

TextFormat text_format(const GstCaps* caps) {
  const GstStructure* structure = gst_caps_get_structure(caps, 0);
  if (gst_structure_has_name(structure, "application/x-json")) return TextFormat::kJson;
  const gchar* format = gst_structure_get_string(structure, "format");
  return g_strcmp0(format, "pango-markup") == 0 ? TextFormat::kPangoMarkup : TextFormat::kUtf8;
}

std::int64_t stream_time(const GstSegment& segment, std::int64_t position) {
  guint64 time = 0;
  const gint sign = gst_segment_to_stream_time_full(&segment, GST_FORMAT_TIME, static_cast<guint64>(position), &time);
  return sign == 0 ? position : sign * static_cast<std::int64_t>(time);
}

// Downstream says that it does not take the caps. It says nothing while it is being stopped.
bool refused(GstPad* pad, GstCaps* caps) {
  const QueryPtr query(gst_query_new_accept_caps(caps));
  gboolean accepted = TRUE;
  if (!gst_pad_peer_query(pad, query.get())) return false;
  gst_query_parse_accept_caps_result(query.get(), &accepted);
  return accepted == FALSE;
}

}  // namespace

EventPtr text_stream_start(GstEvent* video_start) {
  const gchar* video_id = nullptr;
  gst_event_parse_stream_start(video_start, &video_id);
  const std::string id = std::string(video_id) + "/text";
  EventPtr event(gst_event_new_stream_start(id.c_str()));
  guint group = 0;
  if (gst_event_parse_group_id(video_start, &group)) gst_event_set_group_id(event.get(), group);
  gst_event_set_stream_flags(event.get(), GST_STREAM_FLAG_SPARSE);
  GstStream* stream = gst_stream_new(id.c_str(), nullptr, GST_STREAM_TYPE_TEXT, GST_STREAM_FLAG_SPARSE);
  gst_event_set_stream(event.get(), stream);
  gst_object_unref(stream);
  gst_event_set_seqnum(event.get(), gst_event_get_seqnum(video_start));
  return event;
}

GstSegment text_segment(const GstSegment& video, std::uint64_t lateness) {
  GstSegment text = video;
  text.base += lateness;
  if (!GST_CLOCK_TIME_IS_VALID(video.time)) return text;
  text.start = video.time;
  if (GST_CLOCK_TIME_IS_VALID(video.stop)) text.stop = video.stop - video.start + video.time;
  text.position = text.start;
  return text;
}

GstFlowReturn TextPad::push(TextQueue::Item item, const TextStyle& style) {
  if (auto* event = std::get_if<EventPtr>(&item)) return push_event(std::move(*event), style.language);
  if (gst_pad_check_reconfigure(pad_)) {
    const GstFlowReturn negotiated = negotiate();
    if (negotiated != GST_FLOW_OK) return negotiated;
  }
  const TextStep& step = std::get<TextStep>(item);
  return step.kind == TextStep::Kind::kCue ? push_cue(step, style) : push_gap(step);
}

GstFlowReturn TextPad::push_event(EventPtr event, const std::string& language) {
  const GstEventType type = GST_EVENT_TYPE(event.get());
  if (type == GST_EVENT_SEGMENT) gst_event_copy_segment(event.get(), &segment_);
  gst_pad_push_event(pad_, event.release());
  if (type == GST_EVENT_STREAM_START) {
    language_told_ = false;
    gst_pad_check_reconfigure(pad_);
    const GstFlowReturn negotiated = negotiate();
    if (negotiated != GST_FLOW_OK) return negotiated;
  }
  if (type == GST_EVENT_SEGMENT && !language_told_ && !language.empty()) {
    GstTagList* tags = gst_tag_list_new(GST_TAG_LANGUAGE_CODE, language.c_str(), nullptr);
    gst_tag_list_set_scope(tags, GST_TAG_SCOPE_STREAM);
    gst_pad_push_event(pad_, gst_event_new_tag(tags));
    language_told_ = true;
  }
  return GST_FLOW_OK;
}

// Takes the first of the template's formats that downstream accepts. Not OK: to be tried again with the next item.
GstFlowReturn TextPad::negotiate() {
  const CapsPtr ours(gst_pad_get_pad_template_caps(pad_));
  CapsPtr caps(gst_pad_peer_query_caps(pad_, ours.get()));
  caps.reset(gst_caps_intersect_full(ours.get(), caps.get(), GST_CAPS_INTERSECT_FIRST));
  if (gst_caps_is_empty(caps.get())) {
    gst_pad_mark_reconfigure(pad_);
    return GST_FLOW_NOT_NEGOTIATED;
  }
  caps.reset(gst_caps_fixate(caps.release()));
  format_ = text_format(caps.get());
  const CapsPtr now(gst_pad_get_current_caps(pad_));
  if (now && gst_caps_is_equal(now.get(), caps.get())) return GST_FLOW_OK;
  if (gst_pad_push_event(pad_, gst_event_new_caps(caps.get())) || !gst_pad_is_linked(pad_)) return GST_FLOW_OK;
  gst_pad_mark_reconfigure(pad_);
  return refused(pad_, caps.get()) ? GST_FLOW_NOT_NEGOTIATED : GST_FLOW_FLUSHING;
}

std::string TextPad::content(const TextStep& cue, const TextStyle& style) const {
  if (format_ == TextFormat::kJson)
    return json_record(style.source, stream_time(segment_, cue.start), stream_time(segment_, cue.end), *cue.finding);
  const std::string lines = wrap_lines(subtitle_text(cue.finding->text), style.line_length);
  return format_ == TextFormat::kUtf8 ? lines : escape_markup(lines);
}

GstFlowReturn TextPad::push_cue(const TextStep& cue, const TextStyle& style) {
  const std::string text = content(cue, style);
  if (text.empty()) return push_gap(cue);
  GstBuffer* buffer = gst_buffer_new_memdup(text.data(), text.size());
  GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(cue.start);
  GST_BUFFER_DURATION(buffer) = static_cast<GstClockTime>(cue.end - cue.start);
  const GstFlowReturn flow = gst_pad_push(pad_, buffer);
  // Muxers on GstCollectPads take a buffer's start for the text's position and would wait; an empty gap moves it on.
  if (flow == GST_FLOW_OK) push_gap({TextStep::Kind::kGap, cue.end, cue.end, nullptr});
  return flow;
}

GstFlowReturn TextPad::push_gap(const TextStep& gap) {
  const bool taken = gst_pad_push_event(
      pad_, gst_event_new_gap(static_cast<GstClockTime>(gap.start), static_cast<GstClockTime>(gap.end - gap.start)));
  return taken || gst_pad_is_linked(pad_) ? GST_FLOW_OK : GST_FLOW_NOT_LINKED;
}

}  // namespace blip
