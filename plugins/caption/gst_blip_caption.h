#pragma once

#include "plugins/support/gst_blip_base.h"

G_BEGIN_DECLS

#define GST_TYPE_BLIP_CAPTION (gst_blip_caption_get_type())

// blipcaption: a caption for each sampled frame of a video.
GType gst_blip_caption_get_type(void);

GST_ELEMENT_REGISTER_DECLARE(blipcaption)

G_END_DECLS
