#include "training/eval/task_evaluator.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "training/distributed/communicator.h"
#include "training/eval/live_model.h"
#include "training/eval/sample_reader.h"
#include "training/eval/task_measures.h"

namespace blip {

TaskEvaluator::TaskEvaluator(Tokenizer tokenizer, std::vector<std::string> metrics, Measure measure)
    : tokenizer_(std::move(tokenizer)), names_(std::move(metrics)), measure_(std::move(measure)) {}

Evaluation TaskEvaluator::evaluate(TrainingTask& task, Communicator* communicator) {
  Evaluation evaluation;
  if (communicator == nullptr || communicator->rank() == 0) {
    LoadedModel model = open_live_model(task, tokenizer_);
    evaluation = measure_(model);
  }
  if (communicator == nullptr) return evaluation;

  auto values = torch::zeros({static_cast<std::int64_t>(names_.size())}, torch::kFloat64);
  for (std::size_t i = 0; i < evaluation.metrics.size(); ++i)
    values[static_cast<std::int64_t>(i)] = evaluation.metrics[i].second;
  communicator->broadcast_(values);
  evaluation.metrics.clear();
  for (std::size_t i = 0; i < names_.size(); ++i)
    evaluation.metrics.emplace_back(names_[i], values[static_cast<std::int64_t>(i)].item<double>());
  return evaluation;
}

Evaluation EvaluatorList::evaluate(TrainingTask& task, Communicator* communicator) {
  Evaluation all;
  for (const auto& evaluator : evaluators_) {
    Evaluation one = evaluator->evaluate(task, communicator);
    std::move(one.metrics.begin(), one.metrics.end(), std::back_inserter(all.metrics));
    std::move(one.samples.begin(), one.samples.end(), std::back_inserter(all.samples));
  }
  return all;
}

std::unique_ptr<Evaluator> make_task_evaluator(std::string_view task, std::shared_ptr<const Dataset> validation,
                                               const Tokenizer& tokenizer, const TaskEvaluatorOptions& options) {
  const SampleReader samples(std::move(validation), options.samples);
  const auto evaluator = [&](std::vector<std::string> metrics, TaskEvaluator::Measure measure) {
    return std::make_unique<TaskEvaluator>(tokenizer, std::move(metrics), std::move(measure));
  };
  if (task == "caption") {
    CaptionOptions caption;
    caption.prompt = options.prompt;
    caption.generation.max_length = options.caption_length;
    return evaluator({"val_cider", "val_bleu4", "val_cider_bleu4"},
                     [=](LoadedModel& model) { return measure_captions(model, samples, caption); });
  }
  if (task == "retrieval")
    return evaluator({"val_text_recall", "val_image_recall", "val_recall"},
                     [=](LoadedModel& model) { return measure_retrieval(model, samples, options.candidates); });
  if (task == "vqa")
    return evaluator({"val_accuracy"}, [=](LoadedModel& model) { return measure_answers(model, samples); });
  if (task == "nlvr2")
    return evaluator({"val_accuracy"}, [=](LoadedModel& model) { return measure_statements(model, samples); });
  if (task == "pretrain") return nullptr;
  throw Error(ErrorKind::kInvalidArgument,
              "no task '" + std::string(task) + "'; there are pretrain, caption, retrieval, vqa and nlvr2");
}

}  // namespace blip
