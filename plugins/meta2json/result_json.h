#pragma once

#include <gst/gst.h>

#include <string>

namespace blip {

struct ResultJsonOptions {
  std::string source;       // in the place of the result's own, unless empty
  bool embeddings = false;  // lists of float32 are written, too
};

// One JSON object and a newline from a result as it rides on a frame (plugins/meta/gst_blip_result_meta.h): source,
// start, end (seconds of stream time, end exclusive), kind (the structure's name without "blip-"), then its other
// fields in their order: times (timestamp, running-time, age) in seconds, GstValueArray as list, GstStructure as
// object, unknown times and what is no number as null. Always valid UTF-8 on one line.
std::string result_json(const GstStructure* result, const ResultJsonOptions& options);

}  // namespace blip
