#include "pipelines/elements/element_properties.h"

#include "core/base/error.h"

namespace blip {
namespace {

GParamSpec& property_of(GstElement* element, const char* name) {
  GParamSpec* property = g_object_class_find_property(G_OBJECT_GET_CLASS(element), name);
  if (property == nullptr)
    throw Error(ErrorKind::kUnsupported, std::string("the element '") + GST_OBJECT_NAME(element) +
                                             "' has no property '" + name +
                                             "'; do the plug-in and gst-blip come from one build?");
  return *property;
}

template <class SetValue>
void set(GstElement* element, const char* name, GType type, SetValue&& set_value) {
  property_of(element, name);
  GValue value = G_VALUE_INIT;
  g_value_init(&value, type);
  set_value(&value);
  g_object_set_property(G_OBJECT(element), name, &value);
  g_value_unset(&value);
}

}  // namespace

void set_property(GstElement* element, const char* name, const std::string& value) {
  GParamSpec& property = property_of(element, name);
  if (!G_IS_PARAM_SPEC_ENUM(&property)) {
    g_object_set(element, name, value.c_str(), nullptr);
    return;
  }
  const GEnumValue* choice = g_enum_get_value_by_nick(G_PARAM_SPEC_ENUM(&property)->enum_class, value.c_str());
  if (choice == nullptr)
    throw Error(ErrorKind::kInvalidArgument,
                std::string("property '") + name + "' has no value '" + value + "'; see gst-inspect-1.0");
  g_object_set(element, name, choice->value, nullptr);
}

void set_property(GstElement* element, const char* name, double value) {
  set(element, name, G_TYPE_DOUBLE, [&](GValue* v) { g_value_set_double(v, value); });
}

void set_property(GstElement* element, const char* name, std::int64_t value) {
  set(element, name, G_TYPE_INT64, [&](GValue* v) { g_value_set_int64(v, value); });
}

void set_property(GstElement* element, const char* name, std::uint64_t value) {
  set(element, name, G_TYPE_UINT64, [&](GValue* v) { g_value_set_uint64(v, value); });
}

void set_property(GstElement* element, const char* name, bool value) {
  set(element, name, G_TYPE_BOOLEAN, [&](GValue* v) { g_value_set_boolean(v, value ? TRUE : FALSE); });
}

}  // namespace blip
