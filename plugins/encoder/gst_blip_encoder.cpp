#include "plugins/encoder/gst_blip_encoder.h"

#include "plugins/encoder/encoder_analysis.h"
#include "plugins/support/element_kind.h"

namespace {

using Kind = blip::ElementKind<blip::EncoderSettings, blip::encoder_properties, blip::make_encoder_analysis>;

}  // namespace

struct GstBlipEncoder : blip::ElementOf<blip::EncoderSettings> {};

struct GstBlipEncoderClass {
  GstBlipBaseClass parent_class;
};

G_DEFINE_TYPE(GstBlipEncoder, gst_blip_encoder, GST_TYPE_BLIP_BASE)
GST_ELEMENT_REGISTER_DEFINE(blipencoder, "blipencoder", GST_RANK_NONE, GST_TYPE_BLIP_ENCODER)

// blip/set-queries: queries (string, separated by ';') from here on.
static void gst_blip_encoder_take_command(GstBlipBase* self, const GstStructure* command) {
  const gchar* queries = gst_structure_get_string(command, "queries");
  if (gst_structure_has_name(command, "blip/set-queries") && queries != nullptr)
    g_object_set(self, "queries", queries, nullptr);
}

static void gst_blip_encoder_class_init(GstBlipEncoderClass* klass) {
  Kind::class_init(klass, /*reads_features=*/false);
  klass->parent_class.take_command = gst_blip_encoder_take_command;
  gst_element_class_set_static_metadata(
      GST_ELEMENT_CLASS(klass), "BLIP image encoder (ITC)", "Filter/Analyzer/Video",
      "Encodes sampled frames once for all BLIP elements, and compares them with texts", "gst-blip");
}

static void gst_blip_encoder_init(GstBlipEncoder* self) {
  Kind::init(self);
}
