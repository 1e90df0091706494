#include "plugins/meta/gst_blip_vision_meta.h"

#include <gst/video/video.h>

#include "plugins/meta/handed_over.h"
#include "plugins/meta/registration_lock.h"

namespace {

constexpr const char* kApiName = "GstBlipVisionMetaAPI";
constexpr const char* kInfoName = "GstBlipVisionMeta";

GstBlipVisionMeta* vision_meta(GstMeta* meta) {
  return reinterpret_cast<GstBlipVisionMeta*>(meta);
}

BLIP_HANDED_OVER gboolean init(GstMeta* meta, gpointer, GstBuffer*) {
  const GstMeta head = *meta;
  *vision_meta(meta) = {.meta = head,
                        .features = nullptr,
                        .pts = GST_CLOCK_TIME_NONE,
                        .stream_time = GST_CLOCK_TIME_NONE,
                        .running_time = GST_CLOCK_TIME_NONE,
                        .duration = GST_CLOCK_TIME_NONE,
                        .width = 0,
                        .height = 0,
                        .crop_x = 0,
                        .crop_y = 0,
                        .crop_width = 0,
                        .crop_height = 0,
                        .sequence = 0};
  return TRUE;
}

void free_features(GstMeta* meta, GstBuffer*) {
  if (GstBlipFeatures* features = vision_meta(meta)->features) gst_blip_features_unref(features);
}

BLIP_HANDED_OVER gboolean transform(GstBuffer* to, GstMeta* meta, GstBuffer*, GQuark type, gpointer data) {
  const bool whole_copy =
      GST_META_TRANSFORM_IS_COPY(type) && static_cast<const GstMetaTransformCopy*>(data)->region == FALSE;
  if (!whole_copy && !GST_VIDEO_META_TRANSFORM_IS_SCALE(type)) return FALSE;
  const GstBlipVisionMeta& from = *vision_meta(meta);
  GstBlipVisionMeta* copy = gst_buffer_add_blip_vision_meta(to, from.features);
  const GstMeta head = copy->meta;
  *copy = from;
  copy->meta = head;
  return TRUE;
}

}  // namespace

GType gst_blip_vision_meta_api_get_type(void) {
  static const GType type = [] {
    const blip::RegistrationLock lock;
    const gchar* tags[] = {GST_META_TAG_VIDEO_STR, GST_META_TAG_VIDEO_ORIENTATION_STR, GST_META_TAG_VIDEO_SIZE_STR,
                           nullptr};
    const GType found = g_type_from_name(kApiName);
    return found != 0 ? found : gst_meta_api_type_register(kApiName, tags);
  }();
  return type;
}

const GstMetaInfo* gst_blip_vision_meta_get_info(void) {
  static const GstMetaInfo* const info = [] {
    const GType api = gst_blip_vision_meta_api_get_type();
    const blip::RegistrationLock lock;
    const GstMetaInfo* found = gst_meta_get_info(kInfoName);
    return found != nullptr
               ? found
               : gst_meta_register(api, kInfoName, sizeof(GstBlipVisionMeta), init, free_features, transform);
  }();
  return info;
}

BLIP_HANDED_OVER GstBlipVisionMeta* gst_buffer_add_blip_vision_meta(GstBuffer* buffer, GstBlipFeatures* features) {
  g_return_val_if_fail(GST_IS_BUFFER(buffer) && features != nullptr, nullptr);
  if (GstBlipVisionMeta* old = gst_buffer_get_blip_vision_meta(buffer)) gst_buffer_remove_meta(buffer, &old->meta);
  GstMeta* meta = gst_buffer_add_meta(buffer, gst_blip_vision_meta_get_info(), nullptr);
  vision_meta(meta)->features = gst_blip_features_ref(features);
  return vision_meta(meta);
}

GstBlipVisionMeta* gst_buffer_get_blip_vision_meta(GstBuffer* buffer) {
  g_return_val_if_fail(GST_IS_BUFFER(buffer), nullptr);
  return vision_meta(gst_buffer_get_meta(buffer, gst_blip_vision_meta_api_get_type()));
}
