#pragma once

#include <chrono>

namespace blip {

// Growing pauses between attempts: `first`, then twice as long each time, at most `longest`. Not thread-safe.
class BackOff {
 public:
  BackOff(std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : first_(first), longest_(longest), next_(first) {}

  // After a failure: how long to wait now.
  std::chrono::milliseconds fail();
  void succeed();
  int failures() const { return failures_; }  // in a row

 private:
  const std::chrono::milliseconds first_, longest_;
  std::chrono::milliseconds next_;
  int failures_ = 0;
};

}  // namespace blip
