#pragma once

#include "core/model/torch_compat.h"

namespace blip {

// While it lives, this thread's matrix products run in bfloat16 where `on` (automatic mixed precision).
class AutocastGuard {
 public:
  AutocastGuard(const torch::Device& device, bool on);
  ~AutocastGuard();
  AutocastGuard(const AutocastGuard&) = delete;
  AutocastGuard& operator=(const AutocastGuard&) = delete;

 private:
  void enable(bool on) const;

  bool cpu_, on_;
};

}  // namespace blip
