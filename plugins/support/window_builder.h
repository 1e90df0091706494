#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "plugins/support/analysis.h"
#include "plugins/support/frame_job.h"

namespace blip {

// Puts sampled frames together to windows. Times in ns of the segment's buffers. Not thread-safe.
//   By number alone, a window is complete with its `frames`-th frame; by length, with the frame that reaches its end,
//   and of more than `frames` frames in it, `frames` evenly spread ones are kept. The next one begins where this one
//   ends, less the overlap.
class WindowBuilder {
 public:
  struct Window {
    std::vector<SampledFrame> frames;
    std::int64_t start = 0;
    std::optional<std::int64_t> end;  // where its text stops to stand: its end, or the next window's beginning
    std::int64_t last_start = 0;      // of its last frame
  };

  // A frame at `start` that stands until `end`, if that is known. Returns the windows that it completes. Other options
  // than before begin anew.
  std::vector<Window> add(SampledFrame frame, std::int64_t start, std::optional<std::int64_t> end,
                          const WindowOptions& options);
  // What has been collected, with fewer frames than asked for; it ends at `end`.
  std::optional<Window> flush(std::optional<std::int64_t> end);
  // Where the window that is being collected begins: its text is not known before it is complete.
  std::optional<std::int64_t> collecting_since() const;
  void reset();

 private:
  struct Kept {
    SampledFrame frame;
    std::int64_t start = 0;
    std::optional<std::int64_t> end;
    bool reported = false;  // has been in a window
  };

  Window close(std::int64_t end);
  bool is_complete(const Kept& last) const;

  WindowOptions options_;
  std::deque<Kept> kept_;
  std::optional<std::int64_t> begin_;  // of the window being collected; by length, on a grid from the first frame on
};

}  // namespace blip
