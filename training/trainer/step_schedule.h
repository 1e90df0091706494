#pragma once

#include <cstdint>

#include "training/config/recipe.h"

namespace blip {

// What changes from step to step, and how long the training is.
class StepSchedule {
 public:
  // steps_per_epoch: optimiser steps, at least 1.
  StepSchedule(const Recipe& recipe, std::int64_t steps_per_epoch);

  std::int64_t steps() const noexcept { return steps_; }
  std::int64_t epochs() const noexcept { return epochs_; }  // the last one may be cut short
  std::int64_t steps_per_epoch() const noexcept { return steps_per_epoch_; }

  // Learning rate of step `step` (from 0 over all epochs). As the original: step and cosine are set once an epoch, and
  // during the first epoch warm-up, where there is one, has the say; cosine_per_step and constant rise over
  // warmup_steps and then follow the curve from its beginning.
  double lr(std::int64_t step) const;

  // Weight of the momentum model's soft targets: rises linearly from 0, once ITC takes part (loss.lm_only_steps).
  double alpha(std::int64_t step) const;

 private:
  OptimizerRecipe optimizer_;
  ScheduleRecipe schedule_;
  LossRecipe loss_;
  std::int64_t steps_per_epoch_, steps_, epochs_;
};

}  // namespace blip
