#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_BLIP_CAPTION (gst_blip_caption_get_type())

// blipcaption: a caption for each sampled frame of a video. A bin of blipencoder ("encoder") and blipdecoder
// ("decoder"), whose properties it shows.
GType gst_blip_caption_get_type(void);

GST_ELEMENT_REGISTER_DECLARE(blipcaption)

G_END_DECLS
