#include "training/apps/dialogues_command.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "pipelines/terminal/console.h"
#include "training/synth/dialogue_run.h"

namespace blip {

std::function<void()> add_dialogues_command(CLI::App& program, Console& console) {
  auto options = std::make_shared<synth::DialogueOptions>();
  CLI::App* command =
      program.add_subcommand("dialogues", "write descriptions of and conversations about a synthetic world");
  command->add_option("world", options->world, "data set of blip-train synth, with stills")->required();
  command->add_option("-o,--output", options->output, "directory to make")->required();
  command->add_option("--texts", options->texts, "texts for a language model")->capture_default_str();
  command->add_option("--val-texts", options->val_texts, "texts for choosing its best checkpoint")
      ->capture_default_str();
  command->add_option("--pictures", options->pictures, "most pictures for training")->capture_default_str();
  command->add_option("--val-pictures", options->val_pictures, "most pictures for choosing the best checkpoint")
      ->capture_default_str();
  command->add_option("--dialogues", options->dialogues, "conversations a picture")->capture_default_str();
  command->add_option("--seed", options->seed, "equal seeds give equal bytes")->capture_default_str();
  command->footer("Example:\n  blip-train dialogues shapesworld -o talks --texts 200000 --pictures 40000");
  return [options, &console] {
    std::int64_t items = 0;
    synth::run_dialogues(*options, [&](std::int64_t done, std::int64_t all) {
      items = done;
      console.progress(std::to_string(done) + " of " + std::to_string(all));
    });
    console.clear_progress();
    console.line(std::to_string(items) + " texts and pictures in '" + options->output.string() + "'");
  };
}

}  // namespace blip
