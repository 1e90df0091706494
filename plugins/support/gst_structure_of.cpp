#include "plugins/support/gst_structure_of.h"

#include "plugins/support/text_format.h"

namespace blip {
namespace {

// Sets one field of a structure to the value.
class FieldSetter {
 public:
  FieldSetter(GstStructure* structure, const std::string& name) : structure_(structure), name_(name.c_str()) {}

  void operator()(double number) const { gst_structure_set(structure_, name_, G_TYPE_DOUBLE, number, nullptr); }
  void operator()(std::int64_t number) const { gst_structure_set(structure_, name_, G_TYPE_INT64, number, nullptr); }
  void operator()(bool flag) const {
    gst_structure_set(structure_, name_, G_TYPE_BOOLEAN, flag ? TRUE : FALSE, nullptr);
  }
  void operator()(const std::string& text) const {
    gst_structure_set(structure_, name_, G_TYPE_STRING, valid_utf8(text).c_str(), nullptr);
  }
  void operator()(const std::vector<std::int64_t>&) const {}
  void operator()(const std::vector<float>& numbers) const {
    GBytes* bytes = g_bytes_new(numbers.data(), numbers.size() * sizeof(float));
    gst_structure_set(structure_, name_, G_TYPE_BYTES, bytes, nullptr);
    g_bytes_unref(bytes);
  }
  void operator()(const std::vector<Record>& records) const;

 private:
  GstStructure* structure_;
  const char* name_;
};

void set_fields(GstStructure* structure, const Record& fields) {
  for (const Field& field : fields) std::visit(FieldSetter(structure, field.name), field.value);
}

void FieldSetter::operator()(const std::vector<Record>& records) const {
  GValue list = G_VALUE_INIT;
  g_value_init(&list, GST_TYPE_ARRAY);
  for (const Record& record : records) {
    GstStructure* structure = gst_structure_new_empty(name_);
    set_fields(structure, record);
    GValue item = G_VALUE_INIT;
    g_value_init(&item, GST_TYPE_STRUCTURE);
    g_value_take_boxed(&item, structure);
    gst_value_array_append_and_take_value(&list, &item);
  }
  gst_structure_take_value(structure_, name_, &list);
}

}  // namespace

GstStructure* structure_of(const std::string& name, const FrameTimes& times, const std::string& source,
                           const Record& fields) {
  GstStructure* structure =
      gst_structure_new(name.c_str(), "timestamp", G_TYPE_UINT64, times.timestamp, "stream-time", G_TYPE_UINT64,
                        times.stream_time, "running-time", G_TYPE_UINT64, times.running_time, "duration", G_TYPE_UINT64,
                        times.duration, "source", G_TYPE_STRING, valid_utf8(source).c_str(), nullptr);
  set_fields(structure, fields);
  return structure;
}

}  // namespace blip
