#pragma once

#include <gst/gst.h>

#include <string>

namespace blip {

// An element message as one JSON object and a newline: "message" (its name), "element" (who posted it), then its
// fields. Times stay nanoseconds; GST_CLOCK_TIME_NONE is null.
std::string message_line(GstMessage* message);

}  // namespace blip
