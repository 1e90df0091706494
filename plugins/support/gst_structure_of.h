#pragma once

#include <gst/gst.h>

#include <string>

#include "plugins/support/finding.h"

namespace blip {

// A structure with the times (timestamp, stream-time, running-time, duration: guint64, ns) and source, then the fields:
// texts as valid UTF-8, records as a GstValueArray of structures, embeddings as GBytes. Lists of ids are left to JSON.
// The caller owns it.
GstStructure* structure_of(const std::string& name, const FrameTimes& times, const std::string& source,
                           const Record& fields);

}  // namespace blip
