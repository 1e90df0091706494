#pragma once

#include "training/trainer/batch_source.h"
#include "training/trainer/evaluator.h"

namespace blip {

// The task's own losses over the first batches of a validation set, without dropout: "val_loss" and its parts
// ("val_loss_itm"). Weights, momentum copies, queues and random numbers are put back.
class ValidationLoss final : public Evaluator {
 public:
  // max_batches: 0 = all. `data` must outlive it; alpha: as in training when its ramp is over.
  ValidationLoss(BatchSource& data, std::int64_t max_batches, double alpha, bool bfloat16);

  Evaluation evaluate(TrainingTask& task, Communicator* communicator) override;

 private:
  BatchSource& data_;
  std::int64_t max_batches_;
  double alpha_;
  bool bfloat16_;
};

}  // namespace blip
