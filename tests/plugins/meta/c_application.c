#include "tests/plugins/meta/c_application.h"

#include "plugins/meta/gst_blip_result_meta.h"
#include "plugins/meta/gst_blip_vision_meta.h"

gboolean c_application_round_trip(GstBuffer* buffer) {
  GstBlipFeatures* features = gst_blip_features_new();
  GstBlipVisionMeta* meta = gst_buffer_add_blip_vision_meta(buffer, features);
  meta->sequence = 7;
  gst_blip_features_complete(features, "weights", 197, 768, NULL, NULL);
  gst_blip_features_unref(features);
  gst_blip_buffer_set_result(buffer,
                             gst_structure_new(GST_BLIP_TEXT_META, "text", G_TYPE_STRING, "a red circle", NULL));

  const GstBlipVisionMeta* found = gst_buffer_get_blip_vision_meta(buffer);
  const GstStructure* text = gst_blip_buffer_get_result(buffer, GST_BLIP_TEXT_META);
  return found != NULL && found->sequence == 7 && gst_blip_features_get_tokens(found->features) == 197 &&
         text != NULL && g_strcmp0(gst_structure_get_string(text, "text"), "a red circle") == 0;
}
