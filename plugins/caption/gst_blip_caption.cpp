#include "plugins/caption/gst_blip_caption.h"

#include "plugins/caption/shown_properties.h"
#include "plugins/decoder/gst_blip_decoder.h"
#include "plugins/encoder/gst_blip_encoder.h"
#include "plugins/support/frame_view.h"
#include "plugins/support/gst_handles.h"
#include "plugins/support/text_pad.h"

struct GstBlipCaption {
  GstBin parent;
  GstElement* encoder;  // the bin's
  GstElement* decoder;
};

struct GstBlipCaptionClass {
  GstBinClass parent_class;
};

#define GST_BLIP_CAPTION(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GST_TYPE_BLIP_CAPTION, GstBlipCaption))

G_DEFINE_TYPE(GstBlipCaption, gst_blip_caption, GST_TYPE_BIN)
GST_ELEMENT_REGISTER_DEFINE(blipcaption, "blipcaption", GST_RANK_NONE, GST_TYPE_BLIP_CAPTION)

namespace {

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(BLIP_VIDEO_CAPS));
GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(BLIP_VIDEO_CAPS));
GstStaticPadTemplate text_template =
    GST_STATIC_PAD_TEMPLATE("text", GST_PAD_SRC, GST_PAD_REQUEST, GST_STATIC_CAPS(BLIP_TEXT_CAPS));

guint stats_id() {
  return static_cast<guint>(blip::shown_properties().size()) + 1;
}

// The decoder's, with what only the encoder knows: the frames it chose, and those it skipped.
GstStructure* stats_of(GstBlipCaption* self) {
  GstStructure *of_encoder = nullptr, *stats = nullptr;
  g_object_get(self->encoder, "stats", &of_encoder, nullptr);
  g_object_get(self->decoder, "stats", &stats, nullptr);
  for (const char* name : {"skipped", "failed"}) {
    guint64 encoder = 0, decoder = 0;
    gst_structure_get_uint64(of_encoder, name, &encoder);
    gst_structure_get_uint64(stats, name, &decoder);
    gst_structure_set(stats, name, G_TYPE_UINT64, encoder + decoder, nullptr);
  }
  gst_structure_free(of_encoder);
  return stats;
}

void add_ghost(GstBlipCaption* self, const char* name, GstElement* child, GstStaticPadTemplate& form) {
  const blip::PadPtr target(gst_element_get_static_pad(child, name));
  GstPadTemplate* pad_template = gst_static_pad_template_get(&form);
  gst_element_add_pad(GST_ELEMENT(self), gst_ghost_pad_new_from_template(name, target.get(), pad_template));
  gst_object_unref(pad_template);
}

}  // namespace

static void gst_blip_caption_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  GstBlipCaption* self = GST_BLIP_CAPTION(object);
  if (id == 0 || id >= stats_id()) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    return;
  }
  const blip::ShownProperty& shown = blip::shown_properties()[id - 1];
  if (shown.encoder) g_object_set_property(G_OBJECT(self->encoder), shown.name, value);
  if (shown.decoder) g_object_set_property(G_OBJECT(self->decoder), shown.name, value);
}

static void gst_blip_caption_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  GstBlipCaption* self = GST_BLIP_CAPTION(object);
  if (id == stats_id()) {
    g_value_take_boxed(value, stats_of(self));
  } else if (id > 0 && id < stats_id()) {
    const blip::ShownProperty& shown = blip::shown_properties()[id - 1];
    g_object_get_property(G_OBJECT(shown.decoder ? self->decoder : self->encoder), shown.name, value);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

static GstPad* gst_blip_caption_request_new_pad(GstElement* element, GstPadTemplate* form, const gchar*,
                                                const GstCaps*) {
  const blip::PadPtr target(gst_element_request_pad_simple(GST_BLIP_CAPTION(element)->decoder, "text"));
  if (!target) return nullptr;
  GstPad* pad = gst_ghost_pad_new_from_template("text", target.get(), form);
  if (GST_STATE(element) > GST_STATE_READY || GST_STATE_PENDING(element) > GST_STATE_READY)
    gst_pad_set_active(pad, TRUE);
  gst_element_add_pad(element, pad);
  return pad;
}

static void gst_blip_caption_release_pad(GstElement* element, GstPad* pad) {
  const blip::PadPtr target(gst_ghost_pad_get_target(GST_GHOST_PAD(pad)));
  if (target) gst_element_release_request_pad(GST_BLIP_CAPTION(element)->decoder, target.get());
  gst_pad_set_active(pad, FALSE);
  gst_element_remove_pad(element, pad);
}

static void gst_blip_caption_analyze_now(GstBlipCaption* self) {
  g_signal_emit_by_name(self->encoder, "analyze-now");
}

static void gst_blip_caption_reload_model(GstBlipCaption* self) {
  g_signal_emit_by_name(self->encoder, "reload-model");
  g_signal_emit_by_name(self->decoder, "reload-model");
}

static void gst_blip_caption_class_init(GstBlipCaptionClass* klass) {
  GObjectClass* object = G_OBJECT_CLASS(klass);
  object->set_property = gst_blip_caption_set_property;
  object->get_property = gst_blip_caption_get_property;
  auto* encoder = static_cast<GObjectClass*>(g_type_class_ref(GST_TYPE_BLIP_ENCODER));
  auto* decoder = static_cast<GObjectClass*>(g_type_class_ref(GST_TYPE_BLIP_DECODER));
  guint id = 1;
  for (const blip::ShownProperty& shown : blip::shown_properties()) {
    GParamSpec* property = g_object_class_find_property(shown.encoder ? encoder : decoder, shown.name);
    g_object_class_install_property(object, id++, blip::declare_like(property));
  }
  g_object_class_install_property(
      object, stats_id(),
      g_param_spec_boxed("stats", "Statistics",
                         "The decoder's, with the frames that the encoder skipped and those that failed there",
                         GST_TYPE_STRUCTURE, static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
  g_type_class_unref(encoder);
  g_type_class_unref(decoder);

  const auto action = [klass](const char* name, GCallback handler) {
    g_signal_new_class_handler(name, G_TYPE_FROM_CLASS(klass),
                               static_cast<GSignalFlags>(G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION), handler, nullptr,
                               nullptr, nullptr, G_TYPE_NONE, 0);
  };
  action("analyze-now", G_CALLBACK(gst_blip_caption_analyze_now));
  action("reload-model", G_CALLBACK(gst_blip_caption_reload_model));

  GstElementClass* element = GST_ELEMENT_CLASS(klass);
  element->request_new_pad = GST_DEBUG_FUNCPTR(gst_blip_caption_request_new_pad);
  element->release_pad = GST_DEBUG_FUNCPTR(gst_blip_caption_release_pad);
  gst_element_class_add_static_pad_template(element, &sink_template);
  gst_element_class_add_static_pad_template(element, &src_template);
  gst_element_class_add_static_pad_template(element, &text_template);
  gst_element_class_set_static_metadata(element, "BLIP captioner", "Bin/Filter/Analyzer/Video/Text",
                                        "Says what is to be seen in a video, as timed text", "gst-blip");
}

static void gst_blip_caption_init(GstBlipCaption* self) {
  self->encoder = GST_ELEMENT(g_object_new(GST_TYPE_BLIP_ENCODER, "name", "encoder", nullptr));
  self->decoder = GST_ELEMENT(g_object_new(GST_TYPE_BLIP_DECODER, "name", "decoder", nullptr));
  // The decoder is told of each sampled frame at once, and waits for the features itself.
  gst_util_set_object_arg(G_OBJECT(self->encoder), "attach", "latest");
  g_object_set(self->encoder, "post-messages", FALSE, nullptr);
  blip::open_model_quietly(self->encoder);
  gst_bin_add_many(GST_BIN(self), self->encoder, self->decoder, nullptr);
  gst_element_link_pads(self->encoder, "src", self->decoder, "sink");
  add_ghost(self, "sink", self->encoder, sink_template);
  add_ghost(self, "src", self->decoder, src_template);
}
