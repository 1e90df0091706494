#include "training/apps/score_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "core/engine/model_registry.h"
#include "core/engine/torch_backend/torch_backend.h"
#include "core/model/torch_compat.h"
#include "pipelines/terminal/console.h"
#include "pipelines/terminal/usage_error.h"
#include "training/eval/live_model.h"
#include "training/eval/synth_score.h"
#include "training/model/make_task.h"
#include "training/trainer/random_state.h"

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  blip-train score world --pretrain runs/pretrain/model.pth --vqa runs/vqa/model
  blip-train score world --pretrain runs/pretrain/model.pth --untrained --json figures.json

DATA is a data set of blip-train synth, of which the clips and stills of test/, else of val/ are used, one of its parts,
or tests/data/shapes. Every model is asked for all that it can do; the figures go to stdout as a Markdown table.)";

// Options that name models, in the order of the table's columns.
constexpr std::array kRoles = {"pretrain", "caption", "retrieval", "vqa", "blip2"};

struct ScoreArguments {
  std::string data, vocab, config, json;
  std::string prompt = "a picture of ", pretrain_prompt;
  std::array<std::string, kRoles.size()> models;
  std::size_t limit = 0;
  int threads = 0;
  bool untrained = false;
};

// What makes a checkpoint of this layout.
std::string task_of(Layout layout) {
  switch (layout) {
    case Layout::kPretrain:
      return "pretrain";
    case Layout::kCaptioner:
      return "caption";
    case Layout::kMatcher:
      return "retrieval";
    case Layout::kVqa:
      return "vqa";
    case Layout::kNlvr:
      return "nlvr2";
    case Layout::kBlip2Qformer:
    case Layout::kBlip2Matcher:
      return "blip2-stage1";
    case Layout::kBlip2Opt:
    case Layout::kBlip2T5:
      return "blip2-stage2";
  }
  return {};
}

// How captions begin: as the model was trained; BLIP-2's without a prompt.
std::string prompt_of(const Checkpoint& checkpoint, const ScoreArguments& arguments) {
  if (checkpoint.config.blip2) return {};
  return checkpoint.layout == Layout::kPretrain ? arguments.pretrain_prompt : arguments.prompt;
}

// A new model of the same sizes.
LoadedModel untrained_like(const LoadedModel& model, std::unique_ptr<TrainingTask>& task) {
  seed_random_numbers(0);
  TaskOptions options;
  options.task = task_of(model.checkpoint.layout);
  options.queue_size = 1;
  options.tokens = model.tokenizer->vocabulary().special();
  task = make_task(options, model.checkpoint.config);
  return open_live_model(*task, *model.tokenizer);
}

void run(const ScoreArguments& arguments, Console& console) {
  std::vector<ModelFigures> results;
  SynthScoreOptions options;
  const SynthSet set = read_synth_set(arguments.data, arguments.limit);
  const auto score = [&](LoadedModel& model, const std::string& name, const std::string& path) {
    options.prompt = prompt_of(model.checkpoint, arguments);
    options.progress = [&](const std::string& what) { console.progress(name + ": " + what); };
    results.push_back({name, path, score_on_synth(model, set, options)});
  };
  ModelRegistry registry{make_torch_backend};
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    const std::string& path = arguments.models[i];
    if (path.empty()) continue;
    const auto model =
        registry.open({.model = path, .vocab = arguments.vocab, .config = arguments.config},
                      {.num_threads = arguments.threads > 0 ? arguments.threads : at::get_num_threads()});
    score(*model, kRoles[i], path);
    if (!arguments.untrained || model->checkpoint.config.blip2) continue;
    std::unique_ptr<TrainingTask> task;
    LoadedModel untrained = untrained_like(*model, task);
    score(untrained, std::string(kRoles[i]) + ", untrained", "");
  }
  console.clear_progress();
  std::fputs(figures_table(results).c_str(), stdout);
  if (arguments.json.empty()) return;
  FileOutput file(arguments.json);
  file.write(figures_json(arguments.data, results).dump(1) + "\n");
  file.finish();
}

}  // namespace

std::function<void()> add_score_command(CLI::App& program, Console& console) {
  auto arguments = std::make_shared<ScoreArguments>();
  CLI::App& command = *program.add_subcommand("score", "Measure models on synthetic clips and stills");
  command.footer(kExamples);
  command.add_option("DATA", arguments->data, "folder of the data set")->required()->option_text(" ");
  for (std::size_t i = 0; i < kRoles.size(); ++i)
    command
        .add_option("--" + std::string(kRoles[i]), arguments->models[i],
                    "the " + std::string(kRoles[i]) + " model: a Hugging Face directory or a .pth file")
        ->option_text("MODEL");
  command.add_option("--vocab", arguments->vocab, "vocab.txt (default: beside each model)")->option_text("FILE");
  command.add_option("--config", arguments->config, "config.json (default: beside each model)")->option_text("FILE");
  command.add_option("--prompt", arguments->prompt, "how captions begin (default: \"a picture of \")")
      ->option_text("TEXT");
  command
      .add_option("--pretrain-prompt", arguments->pretrain_prompt,
                  "the same for a pre-training checkpoint (default: none, as in pre-training)")
      ->option_text("TEXT");
  command.add_flag("--untrained", arguments->untrained, "also measure new models of the same sizes (not of BLIP-2)");
  command.add_option("--limit", arguments->limit, "most clips and most stills (default: all)")->option_text("N");
  command.add_option("--json", arguments->json, "write the figures to a file, too")->option_text("FILE");
  command.add_option("--threads", arguments->threads, "threads that compute (default: all cores)")
      ->option_text("N")
      ->check(CLI::Range(1, 1024));
  return [arguments, &console] {
    const auto given = [](const std::string& path) { return !path.empty(); };
    if (std::none_of(arguments->models.begin(), arguments->models.end(), given))
      throw UsageError("score needs a model; give at least one of --pretrain, --caption, --retrieval, --vqa, --blip2");
    try {
      run(*arguments, console);
    } catch (const c10::Error& e) {
      throw Error(ErrorKind::kFailed, torch_error_line(e));
    }
  };
}

}  // namespace blip
