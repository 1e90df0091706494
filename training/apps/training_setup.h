#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "training/apps/training_data.h"
#include "training/config/recipe.h"
#include "training/distributed/communicator.h"
#include "training/model/training_task.h"
#include "training/trainer/batch_source.h"
#include "training/trainer/evaluator.h"
#include "training/trainer/model_exporter.h"
#include "training/trainer/output_folder.h"

namespace blip {

// What a recipe's training consists of, ready for a Trainer.
struct TrainingSetup {
  std::unique_ptr<TrainingTask> task;
  std::unique_ptr<BatchSource> data, validation;  // validation: null without
  std::unique_ptr<Evaluator> evaluator;           // null without validation data
  std::unique_ptr<ModelExporter> exporter;        // null: as BLIP's
  std::string vocabulary;                         // text of vocab.txt; empty = none
};

// Where and by whom a training is done.
struct TrainingPlace {
  std::filesystem::path output;
  TrainingStart start = TrainingStart::kNew;
  Communicator& communicator;
  DataShare share;
};

// BLIP: pre-training and the fine-tunings. Throws Error naming what is missing or does not fit.
TrainingSetup set_up_blip(const Recipe& recipe, const TrainingPlace& place);

}  // namespace blip
