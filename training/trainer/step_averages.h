#pragma once

#include <chrono>
#include <cstdint>

#include "training/trainer/metrics_log.h"

namespace blip {

// Means over the steps since the last line of the log.
class StepAverages {
 public:
  void add(const MetricValues& values, std::int64_t samples);
  void clear();  // and begins to measure time anew

  std::int64_t steps() const noexcept { return steps_; }
  MetricValues means() const;
  double samples_per_second() const;
  double seconds_per_step() const;

 private:
  using Clock = std::chrono::steady_clock;
  double seconds() const;

  MetricValues sums_;
  std::int64_t steps_ = 0, samples_ = 0;
  Clock::time_point begin_ = Clock::now();
};

}  // namespace blip
