#include "plugins/meta2json/gst_blip_meta2json.h"

#include <gst/video/gstvideometa.h>

#include <string>
#include <vector>

#include "plugins/meta/gst_blip_result_meta.h"
#include "plugins/meta/gst_blip_vision_meta.h"
#include "plugins/meta2json/repeat_filter.h"
#include "plugins/meta2json/result_json.h"
#include "plugins/support/flow_guard.h"
#include "plugins/support/gst_handles.h"
#include "plugins/support/property_table.h"

GST_DEBUG_CATEGORY_STATIC(gst_blip_meta2json_debug);
#define GST_CAT_DEFAULT gst_blip_meta2json_debug

namespace {

constexpr const char* kJsonCaps = "application/x-json";
constexpr const char* kResults[] = {GST_BLIP_ITC_META, GST_BLIP_ITM_META, GST_BLIP_TEXT_META};

using Options = blip::ResultJsonOptions;
using Properties = blip::PropertyTable<Options>;

const Properties& properties() {
  static const Properties table{
      Properties::flag(
          {"embeddings", "Embeddings", "Write the frame's embedding, too, as a list of numbers"}, blip::kMutablePlaying,
          [](auto& options) -> auto& { return options.embeddings; }),
      Properties::text(
          {"source-label", "Source label",
           "Name of the video in the records (default: the one that the analysing element gave it)"},
          blip::kMutablePlaying, [](auto& options) -> auto& { return options.source; })};
  return table;
}

// The last two belong to the streaming thread.
struct State {
  GstPad* src = nullptr;
  blip::Guarded<Options> options;
  std::string stream_id;
  blip::RepeatFilter repeats;
};

}  // namespace

struct GstBlipMeta2Json {
  GstElement parent;
  State* state;
};

struct GstBlipMeta2JsonClass {
  GstElementClass parent_class;
};

#define GST_BLIP_META2JSON(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GST_TYPE_BLIP_META2JSON, GstBlipMeta2Json))

G_DEFINE_TYPE(GstBlipMeta2Json, gst_blip_meta2json, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE(blipmeta2json, "blipmeta2json", GST_RANK_NONE, GST_TYPE_BLIP_META2JSON)

namespace {

// An encoder's frame without results of its own still says that it was looked at; null when it was not, or not yet.
blip::StructurePtr features_result(GstBuffer* frame, const std::string& source) {
  const GstBlipVisionMeta* meta = gst_buffer_get_blip_vision_meta(frame);
  if (meta == nullptr || gst_blip_features_get_state(meta->features) != GST_BLIP_FEATURES_READY) return nullptr;
  return blip::StructurePtr(gst_structure_new(
      "blip-features", "timestamp", G_TYPE_UINT64, meta->pts, "stream-time", G_TYPE_UINT64, meta->stream_time,
      "running-time", G_TYPE_UINT64, meta->running_time, "duration", G_TYPE_UINT64, meta->duration, "source",
      G_TYPE_STRING, source.c_str(), "weights-id", G_TYPE_STRING, gst_blip_features_get_weights_id(meta->features),
      "tokens", G_TYPE_UINT, gst_blip_features_get_tokens(meta->features), "width", G_TYPE_UINT,
      gst_blip_features_get_width(meta->features), nullptr));
}

std::vector<std::string> records_of(State& state, GstBuffer* frame) {
  const Options options = state.options.copy();
  std::vector<std::string> records;
  bool any = false;
  const auto add = [&](const GstStructure* result) {
    any = true;
    if (!state.repeats.repeats(result)) records.push_back(blip::result_json(result, options));
  };
  for (const char* name : kResults) {
    if (const GstStructure* result = gst_blip_buffer_get_result(frame, name)) add(result);
  }
  if (!any) {
    if (const blip::StructurePtr features = features_result(frame, state.stream_id)) add(features.get());
  }
  return records;
}

void push_gap(GstPad* src, GstBuffer* frame) {
  if (GST_BUFFER_PTS_IS_VALID(frame))
    gst_pad_push_event(src, gst_event_new_gap(GST_BUFFER_PTS(frame), GST_BUFFER_DURATION(frame)));
}

GstFlowReturn push_records(State& state, GstBuffer* frame) {
  const std::vector<std::string> records = records_of(state, frame);
  if (records.empty()) push_gap(state.src, frame);
  for (const std::string& record : records) {
    GstBuffer* line = gst_buffer_new_memdup(record.data(), record.size());
    GST_BUFFER_PTS(line) = GST_BUFFER_PTS(frame);
    GST_BUFFER_DURATION(line) = GST_BUFFER_DURATION(frame);
    const GstFlowReturn flow = gst_pad_push(state.src, line);
    if (flow != GST_FLOW_OK) return flow;
  }
  return GST_FLOW_OK;
}

gboolean push_stream_start(State& state, GstEvent* video) {
  const gchar* video_id = nullptr;
  gst_event_parse_stream_start(video, &video_id);
  state.stream_id = video_id;
  state.repeats.forget();
  GstEvent* start = gst_event_new_stream_start((state.stream_id + "/json").c_str());
  guint group = 0;
  if (gst_event_parse_group_id(video, &group)) gst_event_set_group_id(start, group);
  gst_event_set_stream_flags(start, GST_STREAM_FLAG_SPARSE);
  gst_event_set_seqnum(start, gst_event_get_seqnum(video));
  return gst_pad_push_event(state.src, start);
}

gboolean push_caps(GstPad* src) {
  const blip::CapsPtr caps(gst_caps_new_empty_simple(kJsonCaps));
  const blip::CapsPtr now(gst_pad_get_current_caps(src));
  if (now && gst_caps_is_equal(now.get(), caps.get())) return TRUE;
  return gst_pad_push_event(src, gst_event_new_caps(caps.get()));
}

// Tags of the video as such (codec, bitrate) say nothing about the records.
bool is_of_the_video(GstEvent* event) {
  GstTagList* tags = nullptr;
  gst_event_parse_tag(event, &tags);
  return gst_tag_list_get_scope(tags) == GST_TAG_SCOPE_STREAM;
}

}  // namespace

static GstFlowReturn gst_blip_meta2json_chain(GstPad*, GstObject* parent, GstBuffer* buffer) {
  const blip::BufferPtr frame(buffer);
  State& state = *GST_BLIP_META2JSON(parent)->state;
  return blip::flow_guard(GST_ELEMENT(parent), [&] { return push_records(state, frame.get()); });
}

static gboolean gst_blip_meta2json_sink_event(GstPad* pad, GstObject* parent, GstEvent* event) {
  State& state = *GST_BLIP_META2JSON(parent)->state;
  GST_LOG_OBJECT(pad, "%" GST_PTR_FORMAT, static_cast<void*>(event));
  switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_STREAM_START: {
      const blip::EventPtr video(event);
      return blip::guarded(GST_ELEMENT(parent), FALSE, [&] { return push_stream_start(state, video.get()); });
    }
    case GST_EVENT_CAPS:
      gst_event_unref(event);
      return push_caps(state.src);
    case GST_EVENT_TAG:
      if (!is_of_the_video(event)) break;
      gst_event_unref(event);
      return TRUE;
    case GST_EVENT_SEGMENT:
    case GST_EVENT_FLUSH_STOP:
      state.repeats.forget();
      break;
    default:
      break;
  }
  return gst_pad_event_default(pad, parent, event);
}

// The pixels are not looked at, so any layout will do.
static gboolean gst_blip_meta2json_sink_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION) return gst_pad_query_default(pad, parent, query);
  gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
  gst_query_add_allocation_meta(query, GST_VIDEO_CROP_META_API_TYPE, nullptr);
  return TRUE;
}

static void gst_blip_meta2json_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  if (!properties().set(GST_BLIP_META2JSON(object)->state->options, id - 1, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

static void gst_blip_meta2json_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  if (!properties().get(GST_BLIP_META2JSON(object)->state->options, id - 1, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

static void gst_blip_meta2json_finalize(GObject* object) {
  State* state = GST_BLIP_META2JSON(object)->state;
  G_OBJECT_CLASS(gst_blip_meta2json_parent_class)->finalize(object);
  delete state;
}

static void gst_blip_meta2json_class_init(GstBlipMeta2JsonClass* klass) {
  GST_DEBUG_CATEGORY_INIT(gst_blip_meta2json_debug, "blipmeta2json", 0, "BLIP metadata to JSON");
  GObjectClass* object = G_OBJECT_CLASS(klass);
  object->set_property = gst_blip_meta2json_set_property;
  object->get_property = gst_blip_meta2json_get_property;
  object->finalize = gst_blip_meta2json_finalize;
  properties().install(object, 1);

  GstElementClass* element = GST_ELEMENT_CLASS(klass);
  const blip::CapsPtr video(gst_caps_from_string("video/x-raw(ANY)")), json(gst_caps_from_string(kJsonCaps));
  gst_element_class_add_pad_template(element, gst_pad_template_new("sink", GST_PAD_SINK, GST_PAD_ALWAYS, video.get()));
  gst_element_class_add_pad_template(element, gst_pad_template_new("src", GST_PAD_SRC, GST_PAD_ALWAYS, json.get()));
  gst_element_class_set_static_metadata(element, "BLIP metadata to JSON", "Filter/Formatter/Video/Metadata",
                                        "Writes what BLIP's elements found on video frames, one JSON record a line",
                                        "gst-blip");
}

static void gst_blip_meta2json_init(GstBlipMeta2Json* self) {
  self->state = new State;
  GstElementClass* element = GST_ELEMENT_GET_CLASS(self);
  GstPad* sink = gst_pad_new_from_template(gst_element_class_get_pad_template(element, "sink"), "sink");
  gst_pad_set_chain_function(sink, GST_DEBUG_FUNCPTR(gst_blip_meta2json_chain));
  gst_pad_set_event_function(sink, GST_DEBUG_FUNCPTR(gst_blip_meta2json_sink_event));
  gst_pad_set_query_function(sink, GST_DEBUG_FUNCPTR(gst_blip_meta2json_sink_query));
  gst_element_add_pad(GST_ELEMENT(self), sink);
  GstPad* src = gst_pad_new_from_template(gst_element_class_get_pad_template(element, "src"), "src");
  gst_pad_use_fixed_caps(src);
  gst_element_add_pad(GST_ELEMENT(self), src);
  self->state->src = src;
}
