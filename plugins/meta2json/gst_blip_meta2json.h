#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_BLIP_META2JSON (gst_blip_meta2json_get_type())
GType gst_blip_meta2json_get_type(void);
GST_ELEMENT_REGISTER_DECLARE(blipmeta2json)

G_END_DECLS
