#include "training/apps/synth_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "pipelines/terminal/console.h"
#include "training/synth/synth_run.h"

namespace blip {
namespace {

using Clock = std::chrono::steady_clock;

struct SynthArguments {
  synth::SynthOptions options;
  std::string world = "rich";
  std::vector<std::string> differ_in;
};

void run(SynthArguments& arguments, Console& console) {
  arguments.options.world = synth::world_of(arguments.world);
  arguments.options.sibling_odds = synth::sibling_odds(arguments.differ_in);
  const auto start = Clock::now();
  std::int64_t items = 0;
  synth::run_synth(arguments.options, [&](std::int64_t done, std::int64_t all) {
    items = all;
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const auto rate = std::llround(static_cast<double>(done) / std::max(seconds, 1e-3));
    console.progress(std::to_string(done) + " of " + std::to_string(all) + ", " + std::to_string(rate) + "/s");
  });
  console.clear_progress();
  console.line(std::to_string(items) + " pictures and videos in '" + arguments.options.output.string() + "'");
}

}  // namespace

std::function<void()> add_synth_command(CLI::App& program, Console& console) {
  auto arguments = std::make_shared<SynthArguments>();
  auto& options = arguments->options;
  CLI::App* command = program.add_subcommand("synth", "render a synthetic video world with captions and questions");
  command->add_option("output", options.output, "directory to make")->required();
  command->add_option("--clips", options.clips, "videos for training")->capture_default_str();
  command->add_option("--stills", options.stills, "pictures for training")->capture_default_str();
  command->add_option("--val-clips", options.val_clips, "videos for choosing the best checkpoint")
      ->capture_default_str();
  command->add_option("--val-stills", options.val_stills, "pictures for choosing the best checkpoint")
      ->capture_default_str();
  command->add_option("--test-clips", options.test_clips, "videos for the final figures")->capture_default_str();
  command->add_option("--clip-scale", options.clip_scale, "videos are drawn this many times as wide and high")
      ->capture_default_str();
  command->add_option("--clip-shots", options.clip_shots, "shots a video; 0 = two to five")->capture_default_str();
  command->add_option("--seed", options.seed, "equal seeds give equal bytes")->capture_default_str();
  command->add_option("--world", arguments->world, "rich or basic")->capture_default_str();
  command->add_option("--jobs", options.jobs, "threads")->capture_default_str();
  command->add_option("--shard-size", options.shard_size, "pictures an archive")->capture_default_str();
  command->add_flag("!--no-siblings", options.siblings, "pictures do not come in pairs that differ in one fact");
  command
      ->add_option("--differ-in", arguments->differ_in,
                   "the fact in which pairs differ: color, shape, count, size, background, relation, left-right, "
                   "above-below (default: all but the last)")
      ->delimiter(',');
  command->add_option("--web-right", options.web.right, "part of web texts that are captions")->capture_default_str();
  command->add_option("--web-partial", options.web.partial, "part that leaves facts out")->capture_default_str();
  command->add_option("--web-wrong", options.web.wrong, "part with one fact wrong; the rest is irrelevant")
      ->capture_default_str();
  command->footer("Example:\n  blip-train synth shapesworld --stills 60000 --jobs 2");
  return [arguments, &console] { run(*arguments, console); };
}

}  // namespace blip
