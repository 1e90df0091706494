#include "training/apps/train_job.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/model/compute_threads.h"
#include "core/model/torch_compat.h"
#include "core/text/tokenizer.h"
#include "pipelines/terminal/interrupt.h"
#include "pipelines/terminal/usage_error.h"
#include "training/apps/new_task.h"
#include "training/apps/training_data.h"
#include "training/config/recipe_catalog.h"
#include "training/config/recipe_reader.h"
#include "training/distributed/communicator_from_environment.h"
#include "training/distributed/launcher.h"
#include "training/distributed/rank_environment.h"
#include "training/eval/task_evaluator.h"
#include "training/trainer/trainer.h"
#include "training/trainer/validation_loss.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr int kInterrupted = 130;

class ConsoleMonitor final : public TrainingMonitor {
 public:
  ConsoleMonitor(Console& console, const InterruptWatch& interrupt) : console_(console), interrupt_(interrupt) {}

  void progress(const TrainingProgress& progress) override { console_.progress(progress_line(progress)); }
  void message(const std::string& line) override { console_.line(line); }
  bool stop_requested() override { return interrupt_.requested(); }

 private:
  Console& console_;
  const InterruptWatch& interrupt_;
};

// A setting whose value may hold any sign of YAML.
std::string text_setting(const std::string& key, const std::string& value) {
  std::string quoted;
  for (const char c : value) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return key + "='" + quoted + "'";
}

Recipe recipe_of(const TrainSettings& settings, const fs::path& file) {
  std::vector<std::string> changes;
  if (!settings.data.empty()) changes.push_back(text_setting("data.root", settings.data));
  if (!settings.init.empty()) changes.push_back(text_setting("model.init", settings.init));
  changes.insert(changes.end(), settings.set.begin(), settings.set.end());
  Recipe recipe = read_recipe(file, changes);
  const std::string task = kTrainingKindNames[static_cast<std::size_t>(recipe.task)];
  if (task != settings.task)
    throw UsageError("'" + file.string() + "' is a recipe for " + task + ", not for " + settings.task +
                     "; give blip-train " + (task == "pretrain" ? "" : "finetune ") + task);
  return recipe;
}

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

int train(const Recipe& recipe, const TrainSettings& settings, const fs::path& output, Console& console) {
  using namespace std::chrono_literals;
  const InterruptWatch interrupt(500ms, {SIGINT, SIGTERM});
  ConsoleMonitor monitor(console, interrupt);
  const auto communicator = communicator_from_environment();
  const bool speaks = communicator->rank() == 0;
  const auto report = [&](const std::string& line) {
    if (speaks) console.line_once(line);
  };

  NewTask made = make_task_of(recipe);
  if (!made.message.empty()) report("newly drawn, as the checkpoint has not these weights: " + made.message);
  const Tokenizer tokenizer(std::move(made.vocabulary));
  const DataShare share{communicator->rank(), communicator->size(), report};
  const auto data = open_training_data(recipe, tokenizer, share);
  const auto validation_data = open_validation_data(recipe, tokenizer, share);
  const auto evaluator = make_evaluator(recipe, validation_data.get(), tokenizer);

  Trainer trainer(recipe, {*made.task, *data, *communicator, monitor, evaluator.get()},
                  {.output = {output},
                   .start = settings.resume    ? TrainingStart::kResume
                            : settings.restart ? TrainingStart::kRestart
                                               : TrainingStart::kNew,
                   .vocabulary = made.vocabulary_text});
  const TrainingEnd end = trainer.run();
  if (end == TrainingEnd::kInterrupted) {
    report("interrupted; go on with --resume");
    return kInterrupted;
  }
  report("done: " + (output / "model.pth").string() + ", " + (output / "report.html").string());
  return 0;
}

}  // namespace

int run_train_job(const TrainSettings& settings, char** argv, Console& console) {
  const fs::path file = find_recipe(settings.recipe);
  const Recipe recipe = recipe_of(settings, file);
  const fs::path output = settings.output.empty() ? file.stem() : fs::path(settings.output);
  if (settings.processes > 1 && !rank_environment()) {
    LaunchOptions launch;
    launch.processes = static_cast<int>(settings.processes);
    for (char** argument = argv; *argument != nullptr; ++argument) launch.arguments.emplace_back(*argument);
    launch.report = [&](const std::string& line) { console.line(line); };
    return launch_ranks(launch);
  }
  const SilentTorchWarnings silent;
  if (settings.threads > 0) set_compute_threads(static_cast<int>(settings.threads));
  try {
    return train(recipe, settings, output, console);
  } catch (const c10::Error& e) {
    throw Error(ErrorKind::kFailed, torch_error_line(e));
  }
}

}  // namespace blip
