#pragma once

#include <utility>
#include <vector>

#include "training/distributed/communicator.h"
#include "training/model/training_task.h"
#include "training/optim/adamw.h"
#include "training/trainer/training_checkpoint.h"

namespace blip {

// Puts views of everything that changes while a task is trained into a checkpoint: its state, the optimiser's moments
// and the random numbers of every process. The tensors of the task and the optimiser are shared, not copied, where they
// lie on the CPU. Collective.
void capture_training_state(TrainingTask& task, AdamW& optimizer, Communicator& communicator,
                            TrainingCheckpoint& checkpoint);

// Puts it back. Throws Error(kInvalidData) naming what is missing or of another size; the task must not be used then.
void restore_training_state(const TensorMap& tensors, TrainingTask& task, AdamW& optimizer,
                            const Communicator& communicator);

// Copies of a task's state and of the random numbers, to undo what measuring it changes.
class StateSnapshot {
 public:
  explicit StateSnapshot(const TrainingTask& task);
  void restore() const;  // into the task that it was made of

 private:
  std::vector<std::pair<torch::Tensor, torch::Tensor>> tensors_;  // live, copy
  torch::Device device_;
  torch::Tensor cpu_random_, device_random_;
};

}  // namespace blip
