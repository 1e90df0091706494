#include "training/apps/train_command.h"

#include <CLI/CLI.hpp>

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  blip-train pretrain synth_quick_pretrain --data world -o runs/pretrain
  blip-train finetune caption synth_quick_caption --data world --init runs/pretrain/model.pth -o runs/caption
  blip-train pretrain my.yaml -o runs/mine --set optimizer.lr=1e-4 --set schedule.epochs=5
  blip-train pretrain my.yaml -o runs/mine --resume      go on after the last checkpoint
  blip-train pretrain my.yaml -o runs/mine --nproc 2     two processes share every batch

OUT holds recipe.yaml (all values), metrics.jsonl, events.out.tfevents.* (TensorBoard), report.html, checkpoints/ and,
at the end, model.pth and model/, a Hugging Face directory. Ctrl-C finishes the step and writes a checkpoint.
Under torchrun, RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT are followed.
Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.)";

void add_options(CLI::App& command, TrainSettings& settings, const std::string& task) {
  command.footer(kExamples);
  command.add_option("RECIPE", settings.recipe, "name of a recipe, or a YAML file")->required()->option_text(" ");
  command.add_option("-o,--output", settings.output, "folder of the training (default: the recipe's name)")
      ->option_text("OUT");
  command.add_option("--data", settings.data, "folder that the recipe's data lies in (data.root)")->option_text("DIR");
  command.add_option("--init", settings.init, "checkpoint to begin from (model.init)")->option_text("MODEL");
  command.add_option("--set", settings.set, "another value for a key of the recipe; may be repeated")
      ->option_text("KEY=VALUE")
      ->type_size(1)
      ->allow_extra_args(false);
  auto* resume = command.add_flag("--resume", settings.resume, "go on after the last checkpoint in OUT");
  command.add_flag("--restart", settings.restart, "remove the training in OUT and begin anew")->excludes(resume);
  command.add_option("--nproc", settings.processes, "processes on this machine (default: 1)")
      ->option_text("N")
      ->check(CLI::Range(1, 1024));
  command.add_option("--threads", settings.threads, "threads that compute, of each process (default: all cores)")
      ->option_text("N")
      ->check(CLI::Range(1, 1024));
  command.callback([&settings, task] { settings.task = task; });
}

}  // namespace

std::shared_ptr<const TrainSettings> add_train_commands(CLI::App& program) {
  auto settings = std::make_shared<TrainSettings>();
  add_options(*program.add_subcommand("pretrain", "Pre-train a model: ITC, ITM and LM on pictures with texts"),
              *settings, "pretrain");
  CLI::App& finetune = *program.add_subcommand("finetune", "Fine-tune a pre-trained model for one task");
  finetune.require_subcommand(1);
  add_options(*finetune.add_subcommand("caption", "captions: LM with a prompt"), *settings, "caption");
  add_options(*finetune.add_subcommand("retrieval", "text-image retrieval: ITC and ITM"), *settings, "retrieval");
  add_options(*finetune.add_subcommand("vqa", "answers to questions: LM over weighted answers"), *settings, "vqa");
  add_options(*finetune.add_subcommand("nlvr2", "statements on two pictures: true or false"), *settings, "nlvr2");
  return settings;
}

}  // namespace blip
