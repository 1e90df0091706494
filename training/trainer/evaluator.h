#pragma once

#include <string>
#include <utility>
#include <vector>

#include "training/model/training_task.h"

namespace blip {

// One picture with what the model made of it, for the report.
struct SamplePrediction {
  std::string jpeg;        // a thumbnail; may be empty
  std::string prediction;  // "a red circle"
  std::string truth;       // what would be right; may be empty
};

struct Evaluation {
  std::vector<std::pair<std::string, double>> metrics;  // "val_loss", "cider"; of all ranks together, equal on each
  std::vector<SamplePrediction> samples;
};

// Measures a task in the middle of its training. Leaves weights, queues and random numbers as it found them.
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  virtual Evaluation evaluate(TrainingTask& task, Communicator* communicator) = 0;
};

}  // namespace blip
