#pragma once

#include <chrono>
#include <cstddef>

namespace blip {

// The delay to promise, from delays as they are measured: the longest of late, rounded up to 50 ms. It rises at once
// and falls only when it has been more than twice what was needed for sixteen measurements. Not thread-safe.
class LatencyMeter {
 public:
  using Duration = std::chrono::nanoseconds;

  // True when the promise has changed.
  bool add(Duration delay);
  Duration promised() const { return promised_; }
  void reset() { *this = LatencyMeter(); }

 private:
  Duration promised_{0}, longest_{0};
  std::size_t measured_ = 0;  // since longest_ was begun
};

}  // namespace blip
