#include "pipelines/runner/message_line.h"

#include <nlohmann/json.hpp>

#include "pipelines/media_input/gst_owners.h"

namespace blip {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const GstStructure* structure);

Json json_of(const GValue* value) {
  if (G_VALUE_HOLDS_STRING(value)) {
    const gchar* text = g_value_get_string(value);
    return text == nullptr ? Json() : Json(text);
  }
  if (G_VALUE_HOLDS_BOOLEAN(value)) return g_value_get_boolean(value) == TRUE;
  if (G_VALUE_HOLDS_INT(value)) return g_value_get_int(value);
  if (G_VALUE_HOLDS_UINT(value)) return g_value_get_uint(value);
  if (G_VALUE_HOLDS_INT64(value)) return g_value_get_int64(value);
  if (G_VALUE_HOLDS_UINT64(value)) {
    const guint64 number = g_value_get_uint64(value);
    return number == GST_CLOCK_TIME_NONE ? Json() : Json(number);
  }
  if (G_VALUE_HOLDS_DOUBLE(value)) return g_value_get_double(value);
  if (G_VALUE_HOLDS_FLOAT(value)) return g_value_get_float(value);
  if (GST_VALUE_HOLDS_STRUCTURE(value)) return json_of(gst_value_get_structure(value));
  Json list = Json::array();
  if (GST_VALUE_HOLDS_ARRAY(value)) {
    for (guint i = 0; i < gst_value_array_get_size(value); ++i)
      list.push_back(json_of(gst_value_array_get_value(value, i)));
    return list;
  }
  if (GST_VALUE_HOLDS_LIST(value)) {
    for (guint i = 0; i < gst_value_list_get_size(value); ++i)
      list.push_back(json_of(gst_value_list_get_value(value, i)));
    return list;
  }
  const GStringHandle text(gst_value_serialize(value));
  return text ? Json(text.get()) : Json();
}

void add_fields(Json& object, const GstStructure* structure) {
  for (gint i = 0; i < gst_structure_n_fields(structure); ++i) {
    const gchar* name = gst_structure_nth_field_name(structure, static_cast<guint>(i));
    object[name] = json_of(gst_structure_get_value(structure, name));
  }
}

Json json_of(const GstStructure* structure) {
  Json object = Json::object();
  if (structure != nullptr) add_fields(object, structure);
  return object;
}

}  // namespace

std::string message_line(GstMessage* message) {
  const GstStructure* structure = gst_message_get_structure(message);
  Json line;
  line["message"] = gst_structure_get_name(structure);
  line["element"] = GST_MESSAGE_SRC(message) == nullptr ? Json() : Json(GST_MESSAGE_SRC_NAME(message));
  add_fields(line, structure);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace blip
