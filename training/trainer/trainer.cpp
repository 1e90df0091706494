#include "training/trainer/trainer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "training/config/recipe_differences.h"
#include "training/config/recipe_reader.h"
#include "training/config/recipe_writer.h"
#include "training/optim/flat_parameters.h"
#include "training/trainer/model_export.h"
#include "training/trainer/random_state.h"
#include "training/trainer/training_state.h"

namespace blip {
namespace {

AdamWOptions optimizer_options(const OptimizerRecipe& recipe, TrainingTask& task) {
  AdamWOptions options{
      .beta1 = recipe.beta1, .beta2 = recipe.beta2, .eps = recipe.eps, .weight_decay = recipe.weight_decay};
  for (const NamedTensor& parameter : task.parameters())
    if (!task.decays(parameter)) options.no_decay.insert(parameter.name);
  const auto& slices = task.flat_parameters().slices();
  const bool has_temperature =
      std::any_of(slices.begin(), slices.end(), [](const auto& s) { return s.name == "temp"; });
  if (has_temperature && recipe.temperature_lr_scale != 1) options.lr_scales["temp"] = recipe.temperature_lr_scale;
  return options;
}

StepSchedule schedule_of(const Recipe& recipe, const BatchSource& data) {
  return {recipe, std::max<std::int64_t>(1, data.batches_per_epoch() / recipe.optimizer.accumulation)};
}

std::string named(const std::vector<std::string>& ids) {
  constexpr std::size_t kMost = 40;
  std::string text;
  for (std::size_t i = 0; i < std::min(ids.size(), kMost); ++i) text += (i == 0 ? "" : ", ") + ids[i];
  return text + (ids.size() > kMost ? ", …" : "");
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  FileOutput file(path);
  file.write(text);
  file.finish();
}

}  // namespace

Trainer::Trainer(const Recipe& recipe, const TrainingParts& parts, TrainerOptions options)
    : recipe_(recipe),
      parts_(parts),
      options_(std::move(options)),
      optimizer_(parts.task.flat_parameters(), optimizer_options(recipe.optimizer, parts.task)),
      schedule_(schedule_of(recipe, parts.data)),
      train_step_(recipe_, parts_.task, optimizer_, parts_.data, parts_.communicator),
      store_(options_.output.checkpoints()) {}

TrainingEnd Trainer::run() {
  begin();
  while (step_ < schedule_.steps() && !stop_) {
    one_step();
    if (parts_.evaluator != nullptr) {
      const bool end = step_ % schedule_.steps_per_epoch() == 0 || step_ == schedule_.steps();
      if (recipe_.validation.every_steps > 0 ? due(recipe_.validation.every_steps) || step_ == schedule_.steps() : end)
        validate();
    }
    if (save_now_ || stop_ || step_ == schedule_.steps() || due(recipe_.checkpoints.every_steps)) save();
  }
  if (stop_ && step_ < schedule_.steps()) return TrainingEnd::kInterrupted;
  finish();
  return TrainingEnd::kDone;
}

void Trainer::begin() {
  auto& communicator = parts_.communicator;
  if (is_writer()) prepare_output_folder(options_.output, options_.start);
  communicator.barrier();
  std::optional<TrainingCheckpoint> last;
  if (options_.start == TrainingStart::kResume)
    last = store_.read_latest([&](const std::string& line) {
      if (is_writer()) parts_.monitor.message(line);
    });

  seed_random_numbers(static_cast<std::uint64_t>(recipe_.seed) + static_cast<std::uint64_t>(communicator.rank()));
  parts_.task.set_training(true);
  if (last) {
    resume(*last);
  } else {
    for (auto& [name, tensor] : parts_.task.state()) communicator.broadcast_(tensor);
    parts_.data.seek(0, 0);
  }
  if (!is_writer()) return;
  const std::string recipe = recipe_yaml(recipe_);
  write_text(options_.output.recipe(), recipe);
  if (!options_.vocabulary.empty()) write_text(options_.output.vocabulary(), options_.vocabulary);
  log_ = std::make_unique<TrainingLog>(
      options_.output, std::string(parts_.task.name()) + ", seed " + std::to_string(recipe_.seed), recipe, step_);
}

void Trainer::resume(const TrainingCheckpoint& checkpoint) {
  const std::string where = "'" + store_.path_of(checkpoint.step).string() + "'";
  const auto differences =
      recipe_differences(parse_recipe(checkpoint.recipe, store_.path_of(checkpoint.step).string()), recipe_);
  if (!differences.empty())
    throw Error(ErrorKind::kInvalidArgument,
                "cannot go on from " + where + ": " + differences.front() +
                    (differences.size() > 1 ? " (and " + std::to_string(differences.size() - 1) + " more)" : "") +
                    "; take the recipe of that training, or begin anew with --restart");
  if (checkpoint.processes != parts_.communicator.size())
    throw Error(ErrorKind::kInvalidArgument, "cannot go on from " + where + ": it is of " +
                                                 std::to_string(checkpoint.processes) + " processes, now there are " +
                                                 std::to_string(parts_.communicator.size()) + "; give --nproc " +
                                                 std::to_string(checkpoint.processes));
  if (checkpoint.vocabulary != options_.vocabulary)
    throw Error(ErrorKind::kInvalidArgument,
                "cannot go on from " + where + ": it has another vocabulary; take the one beside it, vocab.txt");
  try {
    restore_training_state(checkpoint.tensors, parts_.task, optimizer_, parts_.communicator);
  } catch (const Error& e) {
    throw Error(e.kind(), "cannot go on from " + where + ": " + e.what());
  }
  optimizer_.set_steps(checkpoint.optimizer_steps);
  step_ = saved_step_ = checkpoint.step;
  has_best_ = checkpoint.has_best;
  best_metric_ = checkpoint.best_metric;
  best_step_ = checkpoint.best_step;
  parts_.data.seek(checkpoint.epoch, checkpoint.batch);
  if (is_writer()) parts_.monitor.message("going on after step " + std::to_string(step_));
}

void Trainer::one_step() {
  const double minutes = recipe_.checkpoints.every_minutes;
  const bool time_to_save = minutes > 0 && Clock::now() - last_save_ >= std::chrono::duration<double>(minutes * 60);
  std::vector<double> flags = {parts_.monitor.stop_requested() ? 1.0 : 0.0, is_writer() && time_to_save ? 1.0 : 0.0};
  const double lr = schedule_.lr(step_);
  const StepContext context{.alpha = schedule_.alpha(step_),
                            .lm_only = step_<recipe_.loss.lm_only_steps, .communicator = parts_.communicator.size()> 1
                                           ? &parts_.communicator
                                           : nullptr};
  const StepResult result = train_step_.run(lr, context, flags);
  stop_ = flags[0] > 0;
  save_now_ = flags[1] > 0;
  if (!result.broken_batch.empty()) fail_broken(result);
  ++step_;

  MetricValues values = result.losses;
  if (recipe_.optimizer.clip_norm > 0) values.emplace_back("gradient_norm", result.gradient_norm);
  averages_.add(values, result.samples * parts_.communicator.size());
  report_progress(step_ % recipe_.log_every == 0 || step_ == schedule_.steps() || stop_);
}

void Trainer::report_progress(bool log) {
  constexpr auto kShowEvery = std::chrono::milliseconds(500);
  const bool show = log || Clock::now() - last_shown_ >= kShowEvery;
  if (!is_writer() || !show) {
    if (log) averages_.clear();
    return;
  }
  last_shown_ = Clock::now();
  TrainingProgress progress;
  progress.step = step_;
  progress.steps = schedule_.steps();
  progress.epoch = (step_ - 1) / schedule_.steps_per_epoch();
  progress.epochs = schedule_.epochs();
  progress.lr = schedule_.lr(step_ - 1);
  progress.losses = averages_.means();
  progress.samples_per_second = averages_.samples_per_second();
  progress.seconds_left = averages_.seconds_per_step() * static_cast<double>(schedule_.steps() - step_);
  parts_.monitor.progress(progress);
  if (!log) return;
  MetricValues values = progress.losses;
  values.emplace_back("epoch", progress.epoch);
  values.emplace_back("lr", progress.lr);
  values.emplace_back("alpha", schedule_.alpha(step_ - 1));
  values.emplace_back("samples_per_second", progress.samples_per_second);
  log_->add(step_, values);
  averages_.clear();
}

void Trainer::validate() {
  const Evaluation evaluation =
      parts_.evaluator->evaluate(parts_.task, parts_.communicator.size() > 1 ? &parts_.communicator : nullptr);
  parts_.task.set_training(true);
  const auto& wanted = recipe_.validation.best;
  const auto found = std::find_if(evaluation.metrics.begin(), evaluation.metrics.end(),
                                  [&](const auto& metric) { return metric.first == wanted; });
  if (found == evaluation.metrics.end())
    throw Error(ErrorKind::kInvalidArgument, "validation.best is '" + wanted + "', which was not measured");
  const bool better =
      !has_best_ || (recipe_.validation.best_is_highest ? found->second > best_metric_ : found->second < best_metric_);
  if (better && std::isfinite(found->second)) {
    has_best_ = true;
    best_metric_ = found->second;
    best_step_ = step_;
    save_now_ = true;
  }
  if (is_writer()) {
    log_->add(step_, evaluation.metrics);
    log_->add_samples(step_, evaluation.samples);
    std::string line = "step " + std::to_string(step_) + ":";
    for (const auto& [name, value] : evaluation.metrics) line += " " + name + " " + std::to_string(value);
    parts_.monitor.message(line + (save_now_ && best_step_ == step_ ? " (best so far)" : ""));
  }
  averages_.clear();
}

void Trainer::save() {
  TrainingCheckpoint checkpoint;
  checkpoint.step = step_;
  checkpoint.epoch = step_ / schedule_.steps_per_epoch();
  checkpoint.batch = step_ % schedule_.steps_per_epoch() * recipe_.optimizer.accumulation;
  checkpoint.optimizer_steps = optimizer_.steps();
  checkpoint.processes = parts_.communicator.size();
  checkpoint.task = parts_.task.name();
  checkpoint.layout = parts_.task.layout();
  checkpoint.config = parts_.task.config();
  checkpoint.has_best = has_best_;
  checkpoint.best_metric = best_metric_;
  checkpoint.best_step = best_step_;
  checkpoint.recipe = recipe_yaml(recipe_);
  checkpoint.vocabulary = options_.vocabulary;
  capture_training_state(parts_.task, optimizer_, parts_.communicator, checkpoint);
  if (is_writer()) {
    store_.save(checkpoint);
    store_.prune(recipe_.checkpoints.keep, has_best_ ? std::set<std::int64_t>{best_step_} : std::set<std::int64_t>{});
    log_->write_report();
  }
  saved_step_ = step_;
  last_save_ = Clock::now();
}

void Trainer::export_checkpoint(std::int64_t step, const std::filesystem::path& folder) {
  const TrainingCheckpoint checkpoint = read_training_checkpoint(store_.path_of(step));
  const auto warnings = options_.exporter != nullptr ? options_.exporter->write(checkpoint, recipe_.export_half, folder)
                                                     : export_model(model_tensors(checkpoint),
                                                                    {.config = checkpoint.config,
                                                                     .layout = checkpoint.layout,
                                                                     .vocab = options_.output.vocabulary(),
                                                                     .half = recipe_.export_half},
                                                                    folder);
  for (const std::string& warning : warnings) parts_.monitor.message(warning);
}

void Trainer::finish() {
  if (is_writer()) {
    log_->write_report();
    if (options_.exporter != nullptr || !options_.vocabulary.empty()) {
      export_checkpoint(step_, options_.output.path);
      if (has_best_ && best_step_ != step_) export_checkpoint(best_step_, options_.output.best());
    }
  }
  parts_.communicator.barrier();
}

void Trainer::fail_broken(const StepResult& result) const {
  std::string losses;
  for (const auto& [name, value] : result.losses) losses += " " + name + " " + std::to_string(value);
  throw Error(ErrorKind::kFailed,
              "the loss of step " + std::to_string(step_ + 1) + " is not finite (" + losses.substr(1) +
                  "), samples: " + named(result.broken_batch) + "; " +
                  (saved_step_ > 0 ? "the last good checkpoint is '" + store_.path_of(saved_step_).string() + "'"
                                   : "there is no checkpoint yet") +
                  "; try a smaller optimizer.lr or optimizer.clip_norm=1");
}

}  // namespace blip
