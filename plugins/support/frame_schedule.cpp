#include "plugins/support/frame_schedule.h"

#include <cmath>

namespace blip {
namespace {

constexpr double kNanoseconds = 1e9;
constexpr std::int64_t kRounding = 1000;  // ns: demuxers round frame times, 30 x 33333333 ns is meant as 1 s

}  // namespace

std::optional<FrameSchedule::Window> FrameSchedule::due(std::int64_t stream_time, double fps) {
  if (fps <= 0) {
    last_point_.reset();
    return Window{};
  }
  const double period = kNanoseconds / fps;
  const auto point = static_cast<std::int64_t>(std::floor(static_cast<double>(stream_time + kRounding) / period));
  // Going back by one point is jitter between frames; by more, the stream has jumped.
  const bool seen = last_point_ && fps == last_fps_ && (point == *last_point_ || point == *last_point_ - 1);
  if (seen) return std::nullopt;
  last_point_ = point;
  last_fps_ = fps;
  return Window{std::llround(static_cast<double>(point + 1) * period)};
}

}  // namespace blip
