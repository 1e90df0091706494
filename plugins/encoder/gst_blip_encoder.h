#pragma once

#include "plugins/support/gst_blip_base.h"

G_BEGIN_DECLS

#define GST_TYPE_BLIP_ENCODER (gst_blip_encoder_get_type())

// blipencoder: image features and ITC embedding of each sampled frame, and its similarity to queries.
GType gst_blip_encoder_get_type(void);

GST_ELEMENT_REGISTER_DECLARE(blipencoder)

G_END_DECLS
