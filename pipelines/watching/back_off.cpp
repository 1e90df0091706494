#include "pipelines/watching/back_off.h"

#include <algorithm>

namespace blip {

std::chrono::milliseconds BackOff::fail() {
  ++failures_;
  const auto now = std::min(next_, longest_);
  next_ = std::min(2 * now, longest_);
  return now;
}

void BackOff::succeed() {
  next_ = first_;
  failures_ = 0;
}

}  // namespace blip
