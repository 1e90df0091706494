#pragma once

#include <gst/gst.h>

#include <string>
#include <vector>

namespace blip {

// What a pipeline said about a decoder or demuxer that is not installed.
struct MissingPlugin {
  std::string what;     // "H.264 (High Profile) decoder"
  std::string package;  // the Debian packages that bring it
};

// Reads a "missing-plugin" element message.
MissingPlugin read_missing_plugin(GstMessage* message);

// Says in one line what went wrong with a source and what to try; never GStreamer's debug text.
// `missing` explains an error better than its own words, where there is any.
std::string failure_text(const GError& error, const std::vector<MissingPlugin>& missing);

}  // namespace blip
