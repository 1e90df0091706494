#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "training/config/recipe.h"
#include "training/distributed/communicator.h"
#include "training/model/training_task.h"
#include "training/optim/adamw.h"
#include "training/trainer/batch_source.h"
#include "training/trainer/checkpoint_store.h"
#include "training/trainer/evaluator.h"
#include "training/trainer/model_exporter.h"
#include "training/trainer/output_folder.h"
#include "training/trainer/step_averages.h"
#include "training/trainer/step_schedule.h"
#include "training/trainer/train_step.h"
#include "training/trainer/training_log.h"
#include "training/trainer/training_monitor.h"

namespace blip {

// What a training consists of; all must outlive the trainer.
struct TrainingParts {
  TrainingTask& task;
  BatchSource& data;
  Communicator& communicator;
  TrainingMonitor& monitor;
  Evaluator* evaluator = nullptr;  // null = no validation
};

struct TrainerOptions {
  OutputFolder output;  // rank 0 writes
  TrainingStart start = TrainingStart::kNew;
  std::string vocabulary = {};  // text of vocab.txt; empty = none
  // Writes the model at the end; null = as BLIP's where there is a vocabulary, else none. Must outlive the trainer.
  const ModelExporter* exporter = nullptr;
};

enum class TrainingEnd { kDone, kInterrupted };

// Trains a task by a recipe: the loop, its checkpoints, logs, report and the model at the end. Every process of a
// data-parallel training has one, with its own rank and its share of the data.
class Trainer {
 public:
  // `recipe` is copied. Nothing is written yet.
  Trainer(const Recipe& recipe, const TrainingParts& parts, TrainerOptions options);

  // Call it once. Throws Error: kInvalidArgument for an output folder that holds another training, kInvalidData for
  // data or checkpoints that are broken, kFailed for a loss that is not finite (naming step, samples and the last
  // checkpoint), for a full disk and for a lost rank. c10::Error is a broken contract. When it throws, checkpoints that
  // were written are whole.
  TrainingEnd run();

 private:
  using Clock = std::chrono::steady_clock;

  void begin();
  void resume(const TrainingCheckpoint& checkpoint);
  void one_step();
  void validate();
  void save();
  void report_progress(bool log);
  void export_checkpoint(std::int64_t step, const std::filesystem::path& folder);
  void finish();
  bool is_writer() const { return parts_.communicator.rank() == 0; }
  bool due(std::int64_t every) const { return every > 0 && step_ % every == 0; }
  [[noreturn]] void fail_broken(const StepResult& result) const;

  const Recipe recipe_;
  TrainingParts parts_;
  TrainerOptions options_;
  AdamW optimizer_;
  StepSchedule schedule_;
  TrainStep train_step_;
  CheckpointStore store_;
  std::unique_ptr<TrainingLog> log_;  // of rank 0

  std::int64_t step_ = 0;        // steps done
  std::int64_t saved_step_ = 0;  // of the last checkpoint, 0 = there is none
  bool stop_ = false, save_now_ = false;
  bool has_best_ = false;
  double best_metric_ = 0;
  std::int64_t best_step_ = 0;
  Clock::time_point last_save_ = Clock::now(), last_shown_ = Clock::now();
  StepAverages averages_;
};

}  // namespace blip
