#include <gst/gst.h>

#include "plugins/caption/gst_blip_caption.h"
#include "plugins/decoder/gst_blip_decoder.h"
#include "plugins/encoder/gst_blip_encoder.h"
#include "plugins/filter/gst_blip_filter.h"
#include "plugins/meta/gst_blip_result_meta.h"
#include "plugins/meta2json/gst_blip_meta2json.h"

static gboolean plugin_init(GstPlugin* plugin) {
  gst_blip_register_result_metas();
  return GST_ELEMENT_REGISTER(blipencoder, plugin) && GST_ELEMENT_REGISTER(blipfilter, plugin) &&
         GST_ELEMENT_REGISTER(blipdecoder, plugin) && GST_ELEMENT_REGISTER(blipcaption, plugin) &&
         GST_ELEMENT_REGISTER(blipmeta2json, plugin);
}

#define PACKAGE "gst-blip"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, blip, "BLIP on video: captions, answers and matching texts",
                  plugin_init, BLIP_VERSION, "MIT/X11", "gst-blip", "gst-blip")
