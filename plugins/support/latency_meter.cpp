#include "plugins/support/latency_meter.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace blip {
namespace {

constexpr LatencyMeter::Duration kGrain = std::chrono::milliseconds(50);
constexpr std::size_t kKept = 64, kPatience = 16;
constexpr double kPromisedShare = 0.95;

}  // namespace

LatencyMeter::Duration LatencyMeter::percentile(double share) const {
  if (delays_.empty()) return Duration(0);
  std::vector<Duration> sorted(delays_.begin(), delays_.end());
  const auto rank = static_cast<std::ptrdiff_t>(std::ceil(share * static_cast<double>(sorted.size()))) - 1;
  const auto nth = sorted.begin() + std::max<std::ptrdiff_t>(rank, 0);
  std::nth_element(sorted.begin(), nth, sorted.end());
  return *nth;
}

bool LatencyMeter::add(Duration delay) {
  const Duration before = promised_;
  delays_.push_back(delay);
  if (delays_.size() > kKept) delays_.pop_front();
  const Duration needed = (percentile(kPromisedShare) + kGrain - Duration(1)) / kGrain * kGrain;
  generous_ = needed * 2 < promised_ ? generous_ + 1 : 0;
  if (needed > promised_ || generous_ >= kPatience) {
    promised_ = needed;
    generous_ = 0;
  }
  return promised_ != before;
}

}  // namespace blip
