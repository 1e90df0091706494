#include "training/trainer/step_schedule.h"

#include <algorithm>

#include "training/optim/lr_schedule.h"

namespace blip {

StepSchedule::StepSchedule(const Recipe& recipe, std::int64_t steps_per_epoch)
    : optimizer_(recipe.optimizer),
      schedule_(recipe.schedule),
      loss_(recipe.loss),
      steps_per_epoch_(steps_per_epoch),
      steps_(schedule_.steps > 0 ? schedule_.steps : schedule_.epochs * steps_per_epoch),
      epochs_((steps_ + steps_per_epoch - 1) / steps_per_epoch) {}

double StepSchedule::lr(std::int64_t step) const {
  const double top = optimizer_.lr, least = schedule_.min_lr;
  const std::int64_t warmup = schedule_.warmup_steps, epoch = step / steps_per_epoch_;
  switch (schedule_.kind) {
    case ScheduleKind::kStep:
    case ScheduleKind::kCosine:
      if (epoch == 0 && warmup > 0) return warmup_lr(step, warmup, schedule_.warmup_lr, top);
      return schedule_.kind == ScheduleKind::kStep
                 ? step_lr(static_cast<double>(epoch), top, least, schedule_.decay)
                 : cosine_lr(static_cast<double>(epoch), static_cast<double>(schedule_.epochs), top, least);
    case ScheduleKind::kCosinePerStep:
    case ScheduleKind::kConstant:
      if (step < warmup) return warmup_lr(step, warmup, schedule_.warmup_lr, top);
      return schedule_.kind == ScheduleKind::kConstant
                 ? top
                 : cosine_lr(static_cast<double>(step - warmup),
                             static_cast<double>(std::max<std::int64_t>(1, steps_ - warmup)), top, least);
  }
  return top;
}

double StepSchedule::alpha(std::int64_t step) const {
  const double ramp = loss_.alpha_ramp_steps > 0 ? static_cast<double>(loss_.alpha_ramp_steps)
                                                 : loss_.alpha_ramp_epochs * static_cast<double>(steps_per_epoch_);
  const double done = static_cast<double>(std::max<std::int64_t>(0, step - loss_.lm_only_steps));
  return ramp <= 0 ? loss_.alpha : loss_.alpha * std::min(1.0, done / ramp);
}

}  // namespace blip
