#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "training/config/recipe.h"
#include "training/distributed/communicator.h"
#include "training/model/training_task.h"
#include "training/optim/adamw.h"
#include "training/trainer/batch_source.h"

namespace blip {

struct StepResult {
  std::vector<std::pair<std::string, double>> losses;  // of this rank: "loss", then its parts
  std::int64_t samples = 0;                            // of this rank
  double gradient_norm = 0;                            // before clipping; 0 without clipping
  // Samples of the part whose loss is not finite, empty if all are; the weights have not been changed then.
  std::vector<std::string> broken_batch;
};

// One step of the optimiser, in the order of the original: forward, backward, mean over ranks, AdamW. Its batch comes
// in `accumulation` parts of equal weight.
class TrainStep {
 public:
  TrainStep(const Recipe& recipe, TrainingTask& task, AdamW& optimizer, BatchSource& data, Communicator& communicator);

  // Collective; every rank returns the same whether it is broken: `any_flags` [N] are summed over ranks on the way.
  StepResult run(double lr, const StepContext& context, std::vector<double>& any_flags);

 private:
  void forward_backward(const StepContext& context, StepResult& result);

  const Recipe& recipe_;
  TrainingTask& task_;
  AdamW& optimizer_;
  BatchSource& data_;
  Communicator& communicator_;
  Batch batch_;
};

}  // namespace blip
