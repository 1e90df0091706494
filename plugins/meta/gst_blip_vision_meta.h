#pragma once

#include <gst/gst.h>

#include "plugins/meta/gst_blip_features.h"

G_BEGIN_DECLS

// On each frame that blipencoder sampled: the features of that frame. Its API is tagged video, orientation and size: it
// lives through whole copies (tee, queue) and scaling (videoconvertscale), which take a reference of the features, and
// goes with every change of the content (crop, flip, rotate) and with a part of a buffer.
typedef struct _GstBlipVisionMeta GstBlipVisionMeta;
struct _GstBlipVisionMeta {
  GstMeta meta;
  GstBlipFeatures* features;  // a reference of the meta's own
  GstClockTime pts;           // of the frame that was analysed, ns
  GstClockTime stream_time;   // ns
  GstClockTime running_time;  // ns
  GstClockTime duration;      // until the next frame is to be sampled, ns; GST_CLOCK_TIME_NONE when that is not known
  guint width, height;        // of that frame, pixels
  guint crop_x, crop_y, crop_width, crop_height;  // the part of it that was looked at
  guint64 sequence;                               // counts the encoder's samples since its start
};

GType gst_blip_vision_meta_api_get_type(void);
const GstMetaInfo* gst_blip_vision_meta_get_info(void);

// `buffer` must be writable. Takes a reference of `features`; the other fields are GST_CLOCK_TIME_NONE and 0 for the
// caller to fill in. Never null. It takes the place of one that is there: those downstream see the last encoder's.
GstBlipVisionMeta* gst_buffer_add_blip_vision_meta(GstBuffer* buffer, GstBlipFeatures* features);
// The buffer's, or null.
GstBlipVisionMeta* gst_buffer_get_blip_vision_meta(GstBuffer* buffer);

G_END_DECLS
