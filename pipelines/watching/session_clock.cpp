#include "pipelines/watching/session_clock.h"

#include <algorithm>
#include <cstdlib>

namespace blip {
namespace {

// How far a picture's time may be from its arrival before the source's clock has jumped: more than any delay.
constexpr std::int64_t kJump = 5'000'000'000;

}  // namespace

void SessionClock::begin_connection() {
  const std::lock_guard lock(mutex_);
  offsets_.clear();
}

std::int64_t SessionClock::note_picture(std::int64_t stream_time, std::int64_t now) {
  const std::lock_guard lock(mutex_);
  if (!live_) return newest_ = std::max(newest_, stream_time);
  if (offsets_.empty() || std::abs(stream_time + offsets_.back() - now) > kJump) {
    if (offsets_.size() == 2) offsets_.erase(offsets_.begin());
    offsets_.push_back(now - stream_time);
  }
  return newest_ = std::max(newest_, stream_time + offsets_.back());
}

std::int64_t SessionClock::session_time(std::int64_t stream_time, std::int64_t now) const {
  const std::lock_guard lock(mutex_);
  return live_ ? mapped(stream_time, now) : stream_time;
}

void SessionClock::set_live(bool live) {
  const std::lock_guard lock(mutex_);
  live_ = live;
}

// What is said of a picture comes soon after it: of two lines the one that puts it closer to now.
std::int64_t SessionClock::mapped(std::int64_t stream_time, std::int64_t now) const {
  if (offsets_.empty()) return now;
  const auto best = std::min_element(offsets_.begin(), offsets_.end(), [&](std::int64_t a, std::int64_t b) {
    return std::abs(stream_time + a - now) < std::abs(stream_time + b - now);
  });
  return stream_time + *best;
}

}  // namespace blip
