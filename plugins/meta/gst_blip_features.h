#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

// What a BLIP image encoder makes of one frame, shared by all who look at that frame: a boxed type, ref-counted, safe
// from any thread. Made empty (pending) when the frame is sampled and settled once, a little later, by the encoder;
// so the frame itself need not wait for the model. The content is the engine's and opaque here.
typedef struct _GstBlipFeatures GstBlipFeatures;

typedef enum {
  GST_BLIP_FEATURES_PENDING,  // the encoder is still at it
  GST_BLIP_FEATURES_READY,
  GST_BLIP_FEATURES_DROPPED,  // there will be none: skipped because the model is slow, flushed, or failed
} GstBlipFeaturesState;

#define GST_TYPE_BLIP_FEATURES (gst_blip_features_get_type())
GType gst_blip_features_get_type(void);

// Pending; one reference, the caller's. When the last reference goes while it is pending, nobody is told.
GstBlipFeatures* gst_blip_features_new(void);
GstBlipFeatures* gst_blip_features_ref(GstBlipFeatures* features);
void gst_blip_features_unref(GstBlipFeatures* features);

// Settles; only the first of these two calls counts. `weights_id` (copied) is the hash of the vision weights; tokens x
// width is the size of the features; `payload` becomes the features' own, freed with `destroy` (or null), also if it
// came too late.
void gst_blip_features_complete(GstBlipFeatures* features, const gchar* weights_id, guint tokens, guint width,
                                gpointer payload, GDestroyNotify destroy);
void gst_blip_features_drop(GstBlipFeatures* features);

GstBlipFeaturesState gst_blip_features_get_state(GstBlipFeatures* features);
// Waits until settled, at most `timeout` ns (GST_CLOCK_TIME_NONE: for ever). Returns the state.
GstBlipFeaturesState gst_blip_features_wait(GstBlipFeatures* features, GstClockTime timeout);

// Owned by the features, valid as long as they are; null, or 0, unless READY.
const gchar* gst_blip_features_get_weights_id(GstBlipFeatures* features);
guint gst_blip_features_get_tokens(GstBlipFeatures* features);
guint gst_blip_features_get_width(GstBlipFeatures* features);
gpointer gst_blip_features_get_payload(GstBlipFeatures* features);

// Calls `settled` once with `user_data`: at once when settled already, else on the thread that settles, without a lock.
// `destroy` (or null) is called on `user_data` afterwards, or when the features go unsettled. `user_data` must not hold
// a reference of the features: as long as they are pending, it would keep them for ever.
typedef void (*GstBlipFeaturesSettled)(GstBlipFeatures* features, gpointer user_data);
void gst_blip_features_on_settled(GstBlipFeatures* features, GstBlipFeaturesSettled settled, gpointer user_data,
                                  GDestroyNotify destroy);

G_END_DECLS
