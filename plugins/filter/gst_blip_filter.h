#pragma once

#include "plugins/support/gst_blip_base.h"

G_BEGIN_DECLS

#define GST_TYPE_BLIP_FILTER (gst_blip_filter_get_type())

// blipfilter: whether texts match the frames (ITM), from the features on them.
GType gst_blip_filter_get_type(void);

GST_ELEMENT_REGISTER_DECLARE(blipfilter)

G_END_DECLS
