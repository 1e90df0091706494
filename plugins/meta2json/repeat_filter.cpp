#include "plugins/meta2json/repeat_filter.h"

#include <utility>

namespace blip {
namespace {

// GStreamer cannot compare bytes; equal times and scores are enough.
gboolean keeps(GQuark field, GValue* value, gpointer) {
  return !G_VALUE_HOLDS(value, G_TYPE_BYTES) && field != g_quark_from_static_string("age");
}

}  // namespace

bool RepeatFilter::repeats(const GstStructure* result) {
  StructurePtr content(gst_structure_copy(result));
  gst_structure_filter_and_map_in_place(content.get(), keeps, nullptr);
  StructurePtr& last = last_[gst_structure_get_name(result)];
  const bool same = last != nullptr && gst_structure_is_equal(content.get(), last.get()) != FALSE;
  last = std::move(content);
  return same;
}

}  // namespace blip
