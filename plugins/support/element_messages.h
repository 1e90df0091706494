#pragma once

#include <gst/gst.h>

#include <string>

#include "core/base/outcome.h"
#include "plugins/support/finding.h"

namespace blip {

// An element error in the domain and with the code that fit the failure.
void post_error(GstElement* element, const Failure& failure);
void post_warning(GstElement* element, const std::string& message);

// How opening the model goes.
void post_progress(GstElement* element, GstProgressType type, const std::string& text);

// An element message with the structure that structure_of() makes.
void post_record(GstElement* element, const std::string& name, const FrameTimes& times, const std::string& source,
                 const Record& fields);

// A frame was skipped because the model is slower than the stream.
void post_skipped(GstElement* element, const FrameTimes& times, std::uint64_t analysed, std::uint64_t skipped);

}  // namespace blip
