#include "plugins/support/latency_meter.h"

#include <algorithm>

namespace blip {
namespace {

constexpr LatencyMeter::Duration kGrain = std::chrono::milliseconds(50);
constexpr std::size_t kWindow = 16;

}  // namespace

bool LatencyMeter::add(Duration delay) {
  const Duration before = promised_;
  longest_ = std::max(longest_, (delay + kGrain - Duration(1)) / kGrain * kGrain);
  ++measured_;
  if (longest_ > promised_) promised_ = longest_;
  if (measured_ >= kWindow) {
    if (longest_ * 2 < promised_) promised_ = longest_;
    longest_ = Duration(0);
    measured_ = 0;
  }
  return promised_ != before;
}

}  // namespace blip
