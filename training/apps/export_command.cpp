#include "training/apps/export_command.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "core/base/error.h"
#include "core/model/torch_compat.h"
#include "training/apps/blip2_parts.h"
#include "training/apps/recipe_places.h"
#include "training/config/recipe_reader.h"
#include "training/trainer/blip2_exporter.h"
#include "training/trainer/checkpoint_store.h"
#include "training/trainer/language_model_exporter.h"
#include "training/trainer/model_export.h"
#include "training/trainer/output_folder.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples = R"(Examples:
  blip-train export runs/pretrain -o small --half                         the newest checkpoint of a training
  blip-train export runs/pretrain/checkpoints/step-00012000 -o at-12000   a certain one

Writes OUT/model.pth (the original's layout) and OUT/model/ (a Hugging Face directory). Of BLIP-2 model.pth holds what
was trained, and what was frozen is read from where the recipe says; of a language model there is OUT/model/ alone.)";

struct ExportArguments {
  std::string checkpoint, output;
  bool half = false;
};

fs::path checkpoint_path(const fs::path& given) {
  std::error_code ignored;
  if (fs::exists(given / "state.json", ignored)) return given;
  const CheckpointStore store(OutputFolder{given}.checkpoints());
  const auto steps = store.steps();
  if (steps.empty())
    throw Error(ErrorKind::kNotFound,
                "no checkpoint in '" + given.string() + "'; give a training's folder or one of its checkpoints");
  return store.path_of(steps.back());
}

// Null for BLIP. A training's tokenizer lies in its folder, two above the checkpoint.
std::unique_ptr<ModelExporter> exporter_of(const TrainingCheckpoint& checkpoint, const fs::path& path) {
  const Recipe recipe = parse_recipe(checkpoint.recipe, (path / "recipe.yaml").string());
  if (recipe.task == TrainingKind::kLanguageModel) {
    const fs::path made = fs::absolute(path).lexically_normal().parent_path().parent_path() / "tokenizer";
    return std::make_unique<LanguageModelExporter>(
        recipe.model.tokenizer.empty() ? made : under_root(recipe, recipe.model.tokenizer));
  }
  if (recipe.task < TrainingKind::kBlip2Stage1) return nullptr;
  return std::make_unique<Blip2Exporter>(open_frozen_parts(recipe, checkpoint.vocabulary));
}

void run(const ExportArguments& arguments) {
  const fs::path path = checkpoint_path(arguments.checkpoint);
  try {
    const TrainingCheckpoint checkpoint = read_training_checkpoint(path);
    if (const auto exporter = exporter_of(checkpoint, path)) {
      exporter->write(checkpoint, arguments.half, arguments.output);
      return;
    }
    export_model(
        model_tensors(checkpoint),
        {.config = checkpoint.config, .layout = checkpoint.layout, .vocab = path / "vocab.txt", .half = arguments.half},
        arguments.output);
  } catch (const c10::Error& e) {
    throw Error(ErrorKind::kFailed, torch_error_line(e));
  }
}

}  // namespace

std::function<void()> add_export_command(CLI::App& program) {
  auto arguments = std::make_shared<ExportArguments>();
  CLI::App& command = *program.add_subcommand("export", "Write the model of a training checkpoint");
  command.footer(kExamples);
  command.add_option("CHECKPOINT", arguments->checkpoint, "a training's folder, or one of its checkpoints")
      ->required()
      ->option_text(" ");
  command.add_option("-o,--output", arguments->output, "folder for the model")->required()->option_text("OUT");
  command.add_flag("--half", arguments->half, "weights in float16");
  return [arguments] { run(*arguments); };
}

}  // namespace blip
