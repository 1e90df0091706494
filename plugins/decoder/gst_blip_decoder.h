#pragma once

#include "plugins/support/gst_blip_base.h"

G_BEGIN_DECLS

#define GST_TYPE_BLIP_DECODER (gst_blip_decoder_get_type())

// blipdecoder: captions and answers from the features on frames.
GType gst_blip_decoder_get_type(void);

GST_ELEMENT_REGISTER_DECLARE(blipdecoder)

G_END_DECLS
