#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <memory>

#include "pipelines/media_input/gst_owners.h"

namespace blip {

// Watches the video that goes into the captioning element: how far it came, and, once closed, ends it as if the file
// ended here. close() and the getters are called from one thread while the streaming thread runs.
class InputGate {
 public:
  explicit InputGate(GstPadHandle pad);  // a source pad
  ~InputGate();
  InputGate(const InputGate&) = delete;
  InputGate& operator=(const InputGate&) = delete;

  // The next frame is not let through; the end of the stream is sent instead.
  void close();

  std::int64_t position() const;  // nanoseconds of stream time: the end of the last frame; 0 only before the first
  std::int64_t duration() const;  // nanoseconds, as the file says; 0 = unknown

 private:
  struct State;

  GstPadHandle pad_;
  std::shared_ptr<State> state_;
  gulong probe_ = 0;
};

}  // namespace blip
