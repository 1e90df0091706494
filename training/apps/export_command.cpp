#include "training/apps/export_command.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "core/base/error.h"
#include "core/model/torch_compat.h"
#include "training/trainer/checkpoint_store.h"
#include "training/trainer/model_export.h"
#include "training/trainer/output_folder.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples = R"(Examples:
  blip-train export runs/pretrain -o small --half                         the newest checkpoint of a training
  blip-train export runs/pretrain/checkpoints/step-00012000 -o at-12000   a certain one

Writes OUT/model.pth (the original's layout) and OUT/model/ (a Hugging Face directory).)";

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

void run(const ExportArguments& arguments) {
  const fs::path path = checkpoint_path(arguments.checkpoint);
  try {
    const TrainingCheckpoint checkpoint = read_training_checkpoint(path);
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
