#include <gst/gst.h>

#include "plugins/caption/gst_blip_caption.h"

static gboolean plugin_init(GstPlugin* plugin) {
  return GST_ELEMENT_REGISTER(blipcaption, plugin);
}

#define PACKAGE "gst-blip"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, blip, "BLIP on video: captions as timed text", plugin_init,
                  BLIP_VERSION, "MIT/X11", "gst-blip", "gst-blip")
