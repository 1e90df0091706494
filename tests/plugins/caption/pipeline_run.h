#pragma once

#include <gst/gst.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/plugins/caption/element_harness.h"

namespace blip::test {

ElementPtr parse_pipeline(const std::string& line);

// Plays the pipeline to its end. Empty when it got there, else the error's text, or "timeout" after thirty seconds.
std::string play(GstElement* pipeline);

// A line of video: frames of one size at 10 per second; the seconds' captions come from the fake engine's script.
std::string black_video(int seconds);

struct TimedText {
  std::uint64_t start, end;  // ms
  std::string text;
  bool operator==(const TimedText&) const = default;
};
std::ostream& operator<<(std::ostream& out, const TimedText& timed);

// All buffers that the sink `name` of the launch line gets while it plays; fails the test when it does not end well.
std::vector<TimedText> texts_at(const std::string& line, const std::string& name);

}  // namespace blip::test
