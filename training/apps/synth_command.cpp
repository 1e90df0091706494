#include "training/apps/synth_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "training/synth/synth_run.h"

namespace blip {
namespace {

using Clock = std::chrono::steady_clock;

struct SynthArguments {
  synth::SynthOptions options;
  std::string world = "rich";
};

void run(SynthArguments& arguments) {
  arguments.options.world = synth::world_of(arguments.world);
  const auto start = Clock::now();
  auto last = start;
  synth::run_synth(arguments.options, [&](std::uint64_t done, std::uint64_t all) {
    const auto now = Clock::now();
    constexpr auto kInterval = std::chrono::seconds(1);
    if (done < all && now - last < kInterval) return;
    last = now;
    const double seconds = std::chrono::duration<double>(now - start).count();
    std::fprintf(stderr, "\r%llu of %llu, %.0f/s ", static_cast<unsigned long long>(done),
                 static_cast<unsigned long long>(all), static_cast<double>(done) / std::max(seconds, 1e-3));
    if (done == all) std::fputc('\n', stderr);
  });
}

}  // namespace

std::function<void()> add_synth_command(CLI::App& program) {
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
  command->add_option("--seed", options.seed, "equal seeds give equal bytes")->capture_default_str();
  command->add_option("--world", arguments->world, "rich or basic")->capture_default_str();
  command->add_option("--jobs", options.jobs, "threads")->capture_default_str();
  command->add_option("--shard-size", options.shard_size, "pictures an archive")->capture_default_str();
  command->add_option("--web-right", options.web.right, "part of web texts that are captions")->capture_default_str();
  command->add_option("--web-partial", options.web.partial, "part that leaves facts out")->capture_default_str();
  command->add_option("--web-wrong", options.web.wrong, "part with one fact wrong; the rest is irrelevant")
      ->capture_default_str();
  return [arguments] { run(*arguments); };
}

}  // namespace blip
