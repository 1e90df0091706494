#include "training/apps/train_job.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/model/compute_threads.h"
#include "core/model/torch_compat.h"
#include "pipelines/terminal/interrupt.h"
#include "pipelines/terminal/usage_error.h"
#include "training/apps/blip2_setup.h"
#include "training/apps/language_model_setup.h"
#include "training/apps/training_setup.h"
#include "training/config/recipe_catalog.h"
#include "training/config/recipe_reader.h"
#include "training/distributed/communicator_from_environment.h"
#include "training/distributed/launcher.h"
#include "training/distributed/rank_environment.h"
#include "training/trainer/trainer.h"

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

bool is_finetuning(TrainingKind task) {
  return task != TrainingKind::kPretrain && task < TrainingKind::kLanguageModel;
}

Recipe recipe_of(const TrainSettings& settings, const fs::path& file) {
  std::vector<std::string> changes;
  if (!settings.data.empty()) changes.push_back(text_setting("data.root", settings.data));
  if (!settings.init.empty()) changes.push_back(text_setting("model.init", settings.init));
  if (!settings.image_encoder.empty()) changes.push_back(text_setting("model.image_encoder", settings.image_encoder));
  if (!settings.language_model.empty())
    changes.push_back(text_setting("model.language_model", settings.language_model));
  changes.insert(changes.end(), settings.set.begin(), settings.set.end());
  Recipe recipe = read_recipe(file, changes);
  const std::string task = kTrainingKindNames[static_cast<std::size_t>(recipe.task)];
  if (task != settings.task)
    throw UsageError("'" + file.string() + "' is a recipe for " + task + ", not for " + settings.task +
                     "; give blip-train " + (is_finetuning(recipe.task) ? "finetune " : "") + task);
  return recipe;
}

TrainingSetup set_up(const Recipe& recipe, const TrainingPlace& place) {
  if (recipe.task == TrainingKind::kLanguageModel) return set_up_language_model(recipe, place);
  if (recipe.task >= TrainingKind::kBlip2Stage1) return set_up_blip2(recipe, place);
  return set_up_blip(recipe, place);
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

  const TrainingStart start = settings.resume    ? TrainingStart::kResume
                              : settings.restart ? TrainingStart::kRestart
                                                 : TrainingStart::kNew;
  const TrainingPlace place{output, start, *communicator, {communicator->rank(), communicator->size(), report}};
  const TrainingSetup setup = set_up(recipe, place);
  Trainer trainer(
      recipe, {*setup.task, *setup.data, *communicator, monitor, setup.evaluator.get()},
      {.output = {output}, .start = start, .vocabulary = setup.vocabulary, .exporter = setup.exporter.get()});
  const TrainingEnd end = trainer.run();
  if (end == TrainingEnd::kInterrupted) {
    report("interrupted; go on with --resume");
    return kInterrupted;
  }
  const bool has_file = recipe.task != TrainingKind::kLanguageModel;
  report("done: " + (output / (has_file ? "model.pth" : "model")).string() + ", " + (output / "report.html").string());
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
