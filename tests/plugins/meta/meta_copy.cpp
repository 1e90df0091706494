#include "tests/plugins/meta/meta_copy.h"

#include "plugins/meta/gst_blip_result_meta.h"
#include "plugins/meta/gst_blip_vision_meta.h"

namespace {

void put(GstBuffer* buffer, GstBlipFeatures* features, const gchar* text) {
  gst_buffer_add_blip_vision_meta(buffer, features);
  gst_blip_buffer_set_result(buffer, gst_structure_new(GST_BLIP_TEXT_META, "text", G_TYPE_STRING, text, nullptr));
}

GstBlipFeatures* features_on(GstBuffer* buffer) {
  const GstBlipVisionMeta* meta = gst_buffer_get_blip_vision_meta(buffer);
  return meta != nullptr ? meta->features : nullptr;
}

const gchar* text_on(GstBuffer* buffer) {
  const GstStructure* result = gst_blip_buffer_get_result(buffer, GST_BLIP_TEXT_META);
  return result != nullptr ? gst_structure_get_string(result, "text") : nullptr;
}

void complete(GstBlipFeatures* features) {
  gst_blip_features_complete(features, "copy", 3, 5, nullptr, nullptr);
}

constexpr MetaCopy kCopy{gst_blip_features_get_type,
                         gst_blip_vision_meta_get_info,
                         gst_blip_register_result_metas,
                         put,
                         features_on,
                         text_on,
                         gst_blip_features_new,
                         complete};

}  // namespace

extern "C" __attribute__((visibility("default"))) const MetaCopy* blip_meta_copy() {
  return &kCopy;
}
