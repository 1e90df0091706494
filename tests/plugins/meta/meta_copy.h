#pragma once

#include <gst/gst.h>

#include "plugins/meta/gst_blip_features.h"

// What libblip_meta_copy.so, which has a copy of the library of its own, can be asked.
struct MetaCopy {
  GType (*features_type)();
  const GstMetaInfo* (*vision_info)();
  void (*register_results)();
  void (*put)(GstBuffer* buffer, GstBlipFeatures* features, const gchar* text);  // vision meta and blip-text
  GstBlipFeatures* (*features_on)(GstBuffer* buffer);
  const gchar* (*text_on)(GstBuffer* buffer);
  GstBlipFeatures* (*new_features)();
  void (*complete)(GstBlipFeatures* features);
};

inline constexpr const char* kMetaCopyName = "blip_meta_copy";
using MetaCopyFunction = const MetaCopy* (*)();
