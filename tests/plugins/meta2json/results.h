#pragma once

#include <gst/gst.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "plugins/support/gst_handles.h"

namespace blip::test {

// A blip-text as blipdecoder makes it, about the frame at `time` (all times are equal), which stands a second.
inline StructurePtr text_result(const std::string& text, GstClockTime time, const std::string& source = "cam") {
  return StructurePtr(gst_structure_new("blip-text", "timestamp", G_TYPE_UINT64, time, "stream-time", G_TYPE_UINT64,
                                        time, "running-time", G_TYPE_UINT64, time, "duration", G_TYPE_UINT64,
                                        guint64{GST_SECOND}, "source", G_TYPE_STRING, source.c_str(), "text",
                                        G_TYPE_STRING, text.c_str(), "score", G_TYPE_DOUBLE, -0.5, nullptr));
}

// A GstValueArray of the structures, which it takes.
inline void set_scores(GstStructure* result, std::initializer_list<GstStructure*> scores) {
  GValue list = G_VALUE_INIT;
  g_value_init(&list, GST_TYPE_ARRAY);
  for (GstStructure* score : scores) {
    GValue item = G_VALUE_INIT;
    g_value_init(&item, GST_TYPE_STRUCTURE);
    g_value_take_boxed(&item, score);
    gst_value_array_append_and_take_value(&list, &item);
  }
  gst_structure_take_value(result, "scores", &list);
}

inline void set_embedding(GstStructure* result, const std::vector<float>& values) {
  GBytes* bytes = g_bytes_new(values.data(), values.size() * sizeof(float));
  gst_structure_set(result, "embedding", G_TYPE_BYTES, bytes, nullptr);
  g_bytes_unref(bytes);
}

}  // namespace blip::test
