#pragma once

#include <gst/gst.h>

#include <string>

#include "plugins/support/analysis.h"
#include "plugins/support/analysis_worker.h"

namespace blip {

// An element error in the domain and with the code that fit the failure.
void post_error(GstElement* element, const Failure& failure);
void post_warning(GstElement* element, const std::string& message);

// How opening the model goes.
void post_progress(GstElement* element, GstProgressType type, const std::string& text);

// The finding of one frame: timestamp, stream-time, running-time, duration (guint64, ns), source, text, then the
// finding's numbers and strings (lists are left to JSON).
void post_finding(GstElement* element, const char* name, const FrameTimes& times, const std::string& source,
                  const Finding& finding);

// A frame was skipped because the model is slower than the stream.
void post_skipped(GstElement* element, const FrameTimes& times, std::uint64_t analysed, std::uint64_t skipped);

}  // namespace blip
