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

constexpr const char* kLanguageModelExamples = R"(Examples:
  blip-train lm synth_blip2_lm --data talks -o runs/lm
  blip-train lm my.yaml -o runs/lm --set model.language.width=192 --set optimizer.lr=1e-3
  blip-train lm my.yaml -o runs/lm --resume      go on after the last checkpoint

Learns to write the recipe's texts: one a line, or JSON lines {"text", "prompt"}, without a loss on the prompt.
OUT/model/ is a Hugging Face directory (OPTForCausalLM) for --language-model of blip2-stage2; its tokenizer, a
byte-level BPE, is made of the texts unless model.tokenizer names one.
Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.)";

constexpr const char* kStage1Examples = R"(Examples:
  blip-train blip2-stage1 synth_blip2_stage1 --data talks --image-encoder runs/vqa/model -o runs/stage1
  blip-train blip2-stage1 blip2_stage1 --image-encoder eva_vit_g.pth -o runs/stage1

Bootstraps a Q-Former from a frozen image encoder: ITC, ITM and image-grounded text generation. OUT/model.pth holds
what was trained, under LAVIS' names; OUT/model/ is a Hugging Face directory. data.features keeps the image encoder's
states on the disk.
Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.)";

constexpr const char* kStage2Examples = R"(Examples:
  blip-train blip2-stage2 synth_blip2_stage2 --data talks --init runs/stage1 --language-model runs/lm/model
  blip-train blip2-stage2 blip2_stage2_opt --init runs/stage1/model --language-model opt-2.7b -o runs/opt
  blip-train blip2-stage2 blip2_caption_coco --init runs/opt/model -o runs/coco      fine-tuning goes on from stage 2

Teaches the Q-Former to write soft prompts for a frozen language model. OUT/model.pth holds what was trained, under
LAVIS' names; OUT/model/ is the whole model as a Hugging Face directory.
Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.)";

void add_options(CLI::App& command, TrainSettings& settings, const std::string& task,
                 const char* examples = kExamples) {
  command.footer(examples);
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
  add_options(*program.add_subcommand("lm", "Train a small language model on texts, for BLIP-2 to be built on"),
              *settings, "lm", kLanguageModelExamples);
  CLI::App& stage1 = *program.add_subcommand("blip2-stage1", "BLIP-2: a Q-Former learns from a frozen image encoder");
  add_options(stage1, *settings, "blip2-stage1", kStage1Examples);
  CLI::App& stage2 =
      *program.add_subcommand("blip2-stage2", "BLIP-2: the Q-Former learns to prompt a frozen language model");
  add_options(stage2, *settings, "blip2-stage2", kStage2Examples);
  for (CLI::App* stage : {&stage1, &stage2})
    stage->add_option("--image-encoder", settings->image_encoder, "the frozen image encoder (model.image_encoder)")
        ->option_text("MODEL");
  stage2.add_option("--language-model", settings->language_model, "the frozen language model (model.language_model)")
      ->option_text("DIR");
  return settings;
}

}  // namespace blip
