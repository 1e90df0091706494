#pragma once

#include <cstdint>

namespace blip {

// The original's learning rates (BLIP, utils.py).

// Pre-training: rises linearly with each step of the first epoch, from init_lr at step 0 to max_lr at `warmup_steps`.
double warmup_lr(std::int64_t step, std::int64_t warmup_steps, double init_lr, double max_lr);
// Pre-training: init_lr * decay^epoch, but not below min_lr.
double step_lr(double epoch, double init_lr, double min_lr, double decay);
// Fine-tuning: half a cosine from init_lr at epoch 0 to min_lr at max_epoch.
double cosine_lr(double epoch, double max_epoch, double init_lr, double min_lr);

}  // namespace blip
