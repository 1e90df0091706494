// blip-train: data, training and models for gst-blip. One sub-command a job.
#include <CLI/CLI.hpp>
#include <csignal>
#include <string>

#include "core/base/heap.h"
#include "pipelines/terminal/console.h"
#include "pipelines/terminal/exit_code.h"
#include "pipelines/terminal/passive_waiting.h"
#include "pipelines/terminal/usage_error.h"
#include "training/apps/capfilt_command.h"
#include "training/apps/dialogues_command.h"
#include "training/apps/export_command.h"
#include "training/apps/score_command.h"
#include "training/apps/shards_command.h"
#include "training/apps/synth_command.h"
#include "training/apps/train_command.h"
#include "training/apps/train_job.h"

namespace {

int run(int argc, char** argv, blip::Console& console) {
  CLI::App app("Trains BLIP on pictures and videos with texts.", "blip-train");
  app.set_version_flag("--version", "blip-train " BLIP_VERSION);
  app.require_subcommand(1);
  const auto synth = blip::add_synth_command(app, console);
  const auto dialogues = blip::add_dialogues_command(app, console);
  const auto shards = blip::add_shards_command(app, console);
  const auto train = blip::add_train_commands(app);
  const auto write_model = blip::add_export_command(app);
  const auto score = blip::add_score_command(app, console);
  const auto capfilt = blip::add_capfilt_command(app, console);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {
    return app.exit(request);
  } catch (const CLI::ParseError& e) {
    throw blip::UsageError(std::string(e.what()) + "; see blip-train --help");
  }
  if (!train->task.empty()) return blip::run_train_job(*train, argv, console);
  if (app.got_subcommand("capfilt")) return capfilt();
  if (app.got_subcommand("dialogues")) {
    dialogues();
  } else if (app.got_subcommand("shards")) {
    shards();
  } else if (app.got_subcommand("export")) {
    write_model();
  } else if (app.got_subcommand("score")) {
    score();
  } else {
    synth();
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  blip::wait_passively(argv);
  blip::keep_freed_memory();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error that can be reported
  blip::Console console("blip-train");
  return blip::exit_code_of(console, [&] { return run(argc, argv, console); });
}
