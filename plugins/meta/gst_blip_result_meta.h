#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

// Results ride on frames as custom metas, readable from any language: buffer.get_custom_meta("blip-text").
// get_structure(). They have no tags and are about what is to be seen, so they live through copies, conversion, scaling
// and cropping. All have timestamp, stream-time, running-time, duration (guint64 ns, of the frame or window they are
// about, which on live video may be an earlier one) and source (string).
#define GST_BLIP_ITC_META \
  "blip-itc"                          // + embedding (GBytes, float32; BLIP-2: embedding_rows vectors, one after the
                                      // other), scores: {query, score (double), negative}
#define GST_BLIP_ITM_META "blip-itm"  // + scores: {query, probability, logit, itc (double), matched (boolean)}
#define GST_BLIP_TEXT_META \
  "blip-text"  // + text, task, prompt, question or instruction, score,
               // confidence, model, age (ns)

// Makes the three known to GStreamer; harmless when they are. The two functions below do so themselves.
void gst_blip_register_result_metas(void);

// Puts `structure` (taken over; named as the meta) on `buffer`, which must be writable, in the place of one that is
// there. A GstStructure field that is a list of structures is a GstValueArray.
void gst_blip_buffer_set_result(GstBuffer* buffer, GstStructure* structure);

// The result of that name, owned by the buffer, or null.
const GstStructure* gst_blip_buffer_get_result(GstBuffer* buffer, const gchar* name);

G_END_DECLS
