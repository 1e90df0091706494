#pragma once

#include <gst/gst.h>

#include <memory>

namespace blip {

struct MiniObjectUnref {
  template <class T>
  void operator()(T* object) const noexcept {
    gst_mini_object_unref(GST_MINI_OBJECT_CAST(object));
  }
};

struct ObjectUnref {
  template <class T>
  void operator()(T* object) const noexcept {
    gst_object_unref(object);
  }
};

struct GlibFree {
  void operator()(void* memory) const noexcept { g_free(memory); }
};

struct StructureFree {
  void operator()(GstStructure* structure) const noexcept { gst_structure_free(structure); }
};

// Owned references; made from what a GStreamer call transfers in full, or with share() from what is only lent.
using BufferPtr = std::unique_ptr<GstBuffer, MiniObjectUnref>;
using CapsPtr = std::unique_ptr<GstCaps, MiniObjectUnref>;
using EventPtr = std::unique_ptr<GstEvent, MiniObjectUnref>;
using QueryPtr = std::unique_ptr<GstQuery, MiniObjectUnref>;
using PadPtr = std::unique_ptr<GstPad, ObjectUnref>;
using StructurePtr = std::unique_ptr<GstStructure, StructureFree>;
using GStringPtr = std::unique_ptr<gchar, GlibFree>;

inline BufferPtr share(GstBuffer* buffer) {
  return BufferPtr(gst_buffer_ref(buffer));
}
inline EventPtr share(GstEvent* event) {
  return EventPtr(gst_event_ref(event));
}
inline PadPtr share(GstPad* pad) {
  return PadPtr(GST_PAD(gst_object_ref(pad)));
}

}  // namespace blip
