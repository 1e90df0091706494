#pragma once

#include <cstdint>
#include <optional>

namespace blip {

// Chooses the frames to analyse by their stream time: the first one at or after each point k/fps. Not thread-safe.
class FrameSchedule {
 public:
  struct Window {
    std::optional<std::int64_t>
        end;  // ns: the next point of the grid; none with fps = 0, where a frame lasts until the next
  };

  // stream_time in ns; fps 0 = every frame. Empty when the frame is not to be analysed.
  std::optional<Window> due(std::int64_t stream_time, double fps);
  // Forgets the last frame: the next one is due (after a flush, and in a new segment).
  void reset() { last_point_.reset(); }

 private:
  std::optional<std::int64_t> last_point_;  // k of the last analysed frame
  double last_fps_ = 0;
};

}  // namespace blip
