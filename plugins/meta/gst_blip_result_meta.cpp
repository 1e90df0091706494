#include "plugins/meta/gst_blip_result_meta.h"

#include "plugins/meta/registration_lock.h"

namespace {

constexpr const char* kNames[] = {GST_BLIP_ITC_META, GST_BLIP_ITM_META, GST_BLIP_TEXT_META};

bool is_result(const gchar* name) {
  for (const char* known : kNames) {
    if (g_str_equal(known, name)) return true;
  }
  return false;
}

gboolean set_field(GQuark field, const GValue* value, gpointer target) {
  gst_structure_id_set_value(static_cast<GstStructure*>(target), field, value);
  return TRUE;
}

}  // namespace

void gst_blip_register_result_metas(void) {
  [[maybe_unused]] static const bool registered = [] {
    const blip::RegistrationLock lock;
    const gchar* no_tags[] = {nullptr};
    for (const char* name : kNames) {
      if (gst_meta_get_info(name) == nullptr) gst_meta_register_custom(name, no_tags, nullptr, nullptr, nullptr);
    }
    return true;
  }();
}

void gst_blip_buffer_set_result(GstBuffer* buffer, GstStructure* structure) {
  g_return_if_fail(GST_IS_BUFFER(buffer) && structure != nullptr);
  g_return_if_fail(is_result(gst_structure_get_name(structure)));
  gst_blip_register_result_metas();
  const gchar* name = gst_structure_get_name(structure);
  while (GstCustomMeta* old = gst_buffer_get_custom_meta(buffer, name)) gst_buffer_remove_meta(buffer, &old->meta);
  GstCustomMeta* meta = gst_buffer_add_custom_meta(buffer, name);
  gst_structure_foreach(structure, set_field, gst_custom_meta_get_structure(meta));
  gst_structure_free(structure);
}

const GstStructure* gst_blip_buffer_get_result(GstBuffer* buffer, const gchar* name) {
  g_return_val_if_fail(GST_IS_BUFFER(buffer) && name != nullptr && is_result(name), nullptr);
  gst_blip_register_result_metas();
  GstCustomMeta* meta = gst_buffer_get_custom_meta(buffer, name);
  return meta != nullptr ? gst_custom_meta_get_structure(meta) : nullptr;
}
