#include <utility>

#include "core/text/tokenizer.h"
#include "training/apps/new_task.h"
#include "training/apps/training_setup.h"
#include "training/eval/task_evaluator.h"
#include "training/trainer/validation_loss.h"

namespace blip {
namespace {

// The losses, and the task's own metric where the recipe asks for it. Null without validation data.
std::unique_ptr<Evaluator> make_evaluator(const Recipe& recipe, BatchSource* data, const Tokenizer& tokenizer) {
  if (data == nullptr) return nullptr;
  const ValidationRecipe& validation = recipe.validation;
  std::vector<std::unique_ptr<Evaluator>> evaluators;
  evaluators.push_back(std::make_unique<ValidationLoss>(*data, validation.max_batches, recipe.loss.alpha,
                                                        recipe.precision == Precision::kBFloat16));
  if (validation.samples > 0) {
    TaskEvaluatorOptions options;
    options.samples = validation.samples;
    options.caption_length = validation.caption_length;
    options.prompt = recipe.data.prompt;
    options.candidates = static_cast<std::size_t>(validation.candidates);
    auto own = make_task_evaluator(kTrainingKindNames[static_cast<std::size_t>(recipe.task)],
                                   open_validation_dataset(recipe), tokenizer, options);
    if (own != nullptr) evaluators.push_back(std::move(own));
  }
  return std::make_unique<EvaluatorList>(std::move(evaluators));
}

}  // namespace

TrainingSetup set_up_blip(const Recipe& recipe, const TrainingPlace& place) {
  NewTask made = make_task_of(recipe);
  if (!made.message.empty())
    place.share.report("newly drawn, as the checkpoint has not these weights: " + made.message);
  const Tokenizer tokenizer(std::move(made.vocabulary));
  TrainingSetup setup;
  setup.task = std::move(made.task);
  const DataPreparation preparation{TextPreparation(tokenizer, text_options_of(recipe))};
  setup.data = open_training_data(recipe, preparation, place.share);
  setup.validation = open_validation_data(recipe, preparation, place.share);
  setup.evaluator = make_evaluator(recipe, setup.validation.get(), tokenizer);
  setup.vocabulary = std::move(made.vocabulary_text);
  return setup;
}

}  // namespace blip
