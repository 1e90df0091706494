#pragma once

#include <memory>
#include <string>

#include "core/text/vocabulary.h"
#include "training/config/recipe.h"
#include "training/model/training_task.h"

namespace blip {

struct NewTask {
  std::unique_ptr<TrainingTask> task;
  Vocabulary vocabulary;
  std::string vocabulary_text;  // of the vocab.txt that goes with the model
  std::string message;          // what the checkpoint lacked; empty when nothing
};

// The task of a recipe: a new model with weights drawn by the recipe's seed, or one from recipe.model.init. Throws
// Error naming what is missing or does not fit.
NewTask make_task_of(const Recipe& recipe);

}  // namespace blip
