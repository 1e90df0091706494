#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/engine/loaded_model.h"
#include "core/text/tokenizer.h"
#include "training/data/dataset.h"
#include "training/trainer/evaluator.h"

namespace blip {

// Measures the weights of this moment as users of the model would: rank 0 asks a model over them, the others get its
// metrics. Nothing of the task is touched.
class TaskEvaluator final : public Evaluator {
 public:
  using Measure = std::function<Evaluation(LoadedModel& model)>;

  // metrics: how many `measure` gives.
  TaskEvaluator(Tokenizer tokenizer, std::vector<std::string> metrics, Measure measure);

  Evaluation evaluate(TrainingTask& task, Communicator* communicator) override;

 private:
  Tokenizer tokenizer_;
  std::vector<std::string> names_;
  Measure measure_;
};

// Several evaluators as one: their metrics one after the other, the samples of all.
class EvaluatorList final : public Evaluator {
 public:
  explicit EvaluatorList(std::vector<std::unique_ptr<Evaluator>> evaluators) : evaluators_(std::move(evaluators)) {}

  Evaluation evaluate(TrainingTask& task, Communicator* communicator) override;

 private:
  std::vector<std::unique_ptr<Evaluator>> evaluators_;
};

struct TaskEvaluatorOptions {
  std::int64_t samples = 200;        // of the validation set; 0 = all
  std::int64_t caption_length = 20;  // most tokens of a caption, prompt included
  std::string prompt = "a picture of ";
  std::size_t candidates = 256;  // retrieval: how many ITM ranks again (the original's k_test)
};

// The task's own metric, by which the original chooses the best checkpoint (task_measures.h). Null for "pretrain",
// which has none.
std::unique_ptr<Evaluator> make_task_evaluator(std::string_view task, std::shared_ptr<const Dataset> validation,
                                               const Tokenizer& tokenizer, const TaskEvaluatorOptions& options = {});

}  // namespace blip
