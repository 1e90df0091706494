#include "plugins/meta2json/result_json.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>

#include "plugins/support/gst_handles.h"
#include "plugins/support/text_format.h"

namespace blip {
namespace {

constexpr std::string_view kPrefix = "blip-";
constexpr const char* kNull = "null";

std::string json_string(const gchar* text) {
  return text == nullptr ? kNull : nlohmann::json(valid_utf8(text)).dump();
}

std::string float_text(float value) {
  if (!std::isfinite(value)) return kNull;
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string floats_text(GBytes* bytes) {
  gsize size = 0;
  const auto* data = static_cast<const guint8*>(g_bytes_get_data(bytes, &size));
  std::string list = "[";
  for (gsize at = 0; at + sizeof(float) <= size; at += sizeof(float)) {
    float value = 0;
    std::memcpy(&value, data + at, sizeof value);
    if (at > 0) list += ", ";
    list += float_text(value);
  }
  return list + "]";
}

std::string time_text(guint64 time) {
  return GST_CLOCK_TIME_IS_VALID(time) ? json_seconds(static_cast<std::int64_t>(time)) : kNull;
}

std::string value_text(const GValue* value, const ResultJsonOptions& options);

// "name": value, ... of all fields that `wanted` says yes to; begins with a comma unless it is the first in an object.
struct Fields {
  std::string& text;
  const ResultJsonOptions& options;
  bool inner;  // of a structure in a structure: no field has a meaning of its own

  void add(const gchar* name, const std::string& value) {
    if (value.empty()) return;
    if (!text.empty() && text.back() != '{') text += ", ";
    text.append(json_string(name)).append(": ").append(value);
  }

  static gboolean on_field(GQuark id, const GValue* value, gpointer self) {
    auto& fields = *static_cast<Fields*>(self);
    const gchar* name = g_quark_to_string(id);
    const std::string_view known = fields.inner ? "" : name;
    if (known == "source" || known == "stream-time" || known == "duration") return TRUE;
    const bool time = known == "timestamp" || known == "running-time" || known == "age";
    const bool as_time = time && G_VALUE_HOLDS_UINT64(value);
    fields.add(name, as_time ? time_text(g_value_get_uint64(value)) : value_text(value, fields.options));
    return TRUE;
  }
};

std::string object_text(const GstStructure* structure, const ResultJsonOptions& options) {
  std::string text = "{";
  Fields fields{text, options, /*inner=*/true};
  gst_structure_foreach(structure, Fields::on_field, &fields);
  return text + "}";
}

template <class Size, class At>
std::string list_text(const GValue* value, Size size, At at, const ResultJsonOptions& options) {
  std::string text = "[";
  for (guint i = 0; i < size(value); ++i) {
    if (i > 0) text += ", ";
    const std::string element = value_text(at(value, i), options);
    text += element.empty() ? kNull : element;
  }
  return text + "]";
}

// Empty when it is left out.
std::string value_text(const GValue* value, const ResultJsonOptions& options) {
  if (GST_VALUE_HOLDS_ARRAY(value))
    return list_text(value, gst_value_array_get_size, gst_value_array_get_value, options);
  if (GST_VALUE_HOLDS_LIST(value)) return list_text(value, gst_value_list_get_size, gst_value_list_get_value, options);
  if (GST_VALUE_HOLDS_STRUCTURE(value)) return object_text(gst_value_get_structure(value), options);
  if (G_VALUE_HOLDS(value, G_TYPE_BYTES)) {
    auto* bytes = static_cast<GBytes*>(g_value_get_boxed(value));
    return options.embeddings && bytes != nullptr ? floats_text(bytes) : "";
  }
  switch (G_VALUE_TYPE(value)) {
    case G_TYPE_STRING:
      return json_string(g_value_get_string(value));
    case G_TYPE_BOOLEAN:
      return g_value_get_boolean(value) != FALSE ? "true" : "false";
    case G_TYPE_INT:
      return std::to_string(g_value_get_int(value));
    case G_TYPE_UINT:
      return std::to_string(g_value_get_uint(value));
    case G_TYPE_INT64:
      return std::to_string(g_value_get_int64(value));
    case G_TYPE_UINT64:
      return std::to_string(g_value_get_uint64(value));
    case G_TYPE_FLOAT:
      return float_text(g_value_get_float(value));
    case G_TYPE_DOUBLE:
      return nlohmann::json(g_value_get_double(value)).dump();
    default:
      const GStringPtr text(gst_value_serialize(value));
      return text == nullptr ? "" : json_string(text.get());
  }
}

}  // namespace

std::string result_json(const GstStructure* result, const ResultJsonOptions& options) {
  guint64 start = GST_CLOCK_TIME_NONE, duration = GST_CLOCK_TIME_NONE;
  gst_structure_get_uint64(result, "stream-time", &start);
  gst_structure_get_uint64(result, "duration", &duration);
  const bool ends = GST_CLOCK_TIME_IS_VALID(start) && GST_CLOCK_TIME_IS_VALID(duration);
  std::string_view kind = gst_structure_get_name(result);
  if (kind.starts_with(kPrefix)) kind.remove_prefix(kPrefix.size());

  std::string text = "{";
  Fields fields{text, options, /*inner=*/false};
  fields.add("source", options.source.empty() ? json_string(gst_structure_get_string(result, "source"))
                                              : json_string(options.source.c_str()));
  fields.add("start", time_text(start));
  fields.add("end", ends ? time_text(start + duration) : kNull);
  fields.add("kind", json_string(std::string(kind).c_str()));
  gst_structure_foreach(result, Fields::on_field, &fields);
  return text + "}\n";
}

}  // namespace blip
