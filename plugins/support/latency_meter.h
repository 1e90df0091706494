#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

namespace blip {

// The delay to promise, from delays as they are measured: the 95th percentile of the last 64, rounded up to 50 ms. The
// promise rises at once and falls only when it has been more than twice what was needed for sixteen measurements. Not
// thread-safe.
class LatencyMeter {
 public:
  using Duration = std::chrono::nanoseconds;

  // True when the promise has changed.
  bool add(Duration delay);
  Duration promised() const { return promised_; }
  // Of the last 64 delays; `share` in (0, 1], zero before the first.
  Duration percentile(double share) const;
  void reset() { *this = LatencyMeter(); }

 private:
  std::deque<Duration> delays_;
  Duration promised_{0};
  std::size_t generous_ = 0;  // measurements in a row for which the promise was more than twice what was needed
};

}  // namespace blip
