#include "training/trainer/autocast_guard.h"

#include <ATen/autocast_mode.h>

namespace blip {

AutocastGuard::AutocastGuard(const torch::Device& device, bool on) : cpu_(device.is_cpu()), on_(on) {
  if (!on_) return;
  if (cpu_) {
    at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
  } else {
    at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
  }
  enable(true);
}

AutocastGuard::~AutocastGuard() {
  if (!on_) return;
  enable(false);
  at::autocast::clear_cache();
}

void AutocastGuard::enable(bool on) const {
  if (cpu_) {
    at::autocast::set_cpu_enabled(on);
  } else {
    at::autocast::set_enabled(on);
  }
}

}  // namespace blip
