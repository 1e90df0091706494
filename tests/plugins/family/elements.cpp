#include "tests/plugins/family/elements.h"

#include <algorithm>

#include "tests/plugins/caption/pipeline_run.h"

namespace blip::test {

std::vector<std::string> family() {
  std::vector<std::string> names;
  GList* features = gst_registry_get_feature_list_by_plugin(gst_registry_get(), "blip");
  for (GList* at = features; at != nullptr; at = at->next) {
    if (GST_IS_ELEMENT_FACTORY(at->data)) names.emplace_back(GST_OBJECT_NAME(at->data));
  }
  gst_plugin_feature_list_free(features);
  std::sort(names.begin(), names.end());
  EXPECT_FALSE(names.empty());
  return names;
}

std::string with_model(const std::string& element) {
  const ElementPtr made(gst_element_factory_make(element.c_str(), nullptr));
  gst_object_ref_sink(made.get());
  const bool has_model = g_object_class_find_property(G_OBJECT_GET_CLASS(made.get()), "model") != nullptr;
  return element + (has_model ? " model=fake " : " ");
}

ElementPtr make_element(const std::string& element) {
  return parse_pipeline(with_model(element));
}

bool has_text_pad(GstElement* element) {
  return gst_element_class_get_pad_template(GST_ELEMENT_GET_CLASS(element), "text") != nullptr;
}

}  // namespace blip::test
