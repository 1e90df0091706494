#pragma once

#include <gst/gst.h>

#include <cstdint>

namespace blip {

// When a frame, or the window that begins with it, is shown, in ns; stream and running time are GST_CLOCK_TIME_NONE
// outside the segment.
struct FrameTimes {
  std::uint64_t timestamp = 0, stream_time = 0, running_time = 0;
  std::uint64_t duration = GST_CLOCK_TIME_NONE;  // of the text
};

}  // namespace blip
