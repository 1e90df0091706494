#include "plugins/decoder/gst_blip_decoder.h"

#include "plugins/decoder/decoder_analysis.h"
#include "plugins/support/element_kind.h"

namespace {

using Kind = blip::ElementKind<blip::DecoderSettings, blip::decoder_properties, blip::make_decoder_analysis>;

}  // namespace

struct GstBlipDecoder : blip::ElementOf<blip::DecoderSettings> {};

struct GstBlipDecoderClass {
  GstBlipBaseClass parent_class;
};

G_DEFINE_TYPE(GstBlipDecoder, gst_blip_decoder, GST_TYPE_BLIP_BASE)
GST_ELEMENT_REGISTER_DEFINE(blipdecoder, "blipdecoder", GST_RANK_NONE, GST_TYPE_BLIP_DECODER)

// blip/set-question: question (string, several separated by ';'), prompt, instruction or history, from here on.
static void gst_blip_decoder_take_command(GstBlipBase* self, const GstStructure* command) {
  if (!gst_structure_has_name(command, "blip/set-question")) return;
  for (const char* name : {"question", "prompt", "instruction", "history"}) {
    const gchar* text = gst_structure_get_string(command, name);
    if (text != nullptr) g_object_set(self, name, text, nullptr);
  }
}

static void gst_blip_decoder_class_init(GstBlipDecoderClass* klass) {
  Kind::class_init(klass, /*reads_features=*/true, blip::reader_settings());
  klass->parent_class.take_command = gst_blip_decoder_take_command;
  gst_element_class_set_static_metadata(
      GST_ELEMENT_CLASS(klass), "BLIP text decoder", "Filter/Analyzer/Converter/Video/Text",
      "Captions frames, answers questions about them or follows instructions, from the features of blipencoder",
      "gst-blip");
}

static void gst_blip_decoder_init(GstBlipDecoder* self) {
  Kind::init(self, blip::reader_settings());
}
