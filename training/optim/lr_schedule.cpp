#include "training/optim/lr_schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace blip {

double warmup_lr(std::int64_t step, std::int64_t warmup_steps, double init_lr, double max_lr) {
  const double done = static_cast<double>(step) / static_cast<double>(std::max<std::int64_t>(1, warmup_steps));
  return std::min(max_lr, init_lr + (max_lr - init_lr) * done);
}

double step_lr(double epoch, double init_lr, double min_lr, double decay) {
  return std::max(min_lr, init_lr * std::pow(decay, epoch));
}

double cosine_lr(double epoch, double max_epoch, double init_lr, double min_lr) {
  return (init_lr - min_lr) * 0.5 * (1 + std::cos(std::numbers::pi * epoch / max_epoch)) + min_lr;
}

}  // namespace blip
