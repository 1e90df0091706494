// blip-eval: zero-shot and fine-tuned evaluation of BLIP models. One sub-command a job.
#include <CLI/CLI.hpp>
#include <csignal>
#include <string>

#include "core/base/heap.h"
#include "pipelines/terminal/console.h"
#include "pipelines/terminal/exit_code.h"
#include "pipelines/terminal/passive_waiting.h"
#include "pipelines/terminal/usage_error.h"
#include "training/apps/eval_commands.h"
#include "training/apps/eval_results_commands.h"

namespace {

int run(int argc, char** argv, blip::Console& console) {
  CLI::App app("Evaluates BLIP on videos and pictures with texts.", "blip-eval");
  app.set_version_flag("--version", "blip-eval " BLIP_VERSION);
  app.require_subcommand(1);
  const auto evaluate = blip::add_eval_commands(app, console);
  const auto show_results = blip::add_results_commands(app, console);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {
    return app.exit(request);
  } catch (const CLI::ParseError& e) {
    throw blip::UsageError(std::string(e.what()) + "; see blip-eval --help");
  }
  return evaluate() ? 0 : show_results();
}

}  // namespace

int main(int argc, char** argv) {
  blip::wait_passively(argv);
  blip::keep_freed_memory();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error that can be reported
  blip::Console console("blip-eval");
  return blip::exit_code_of(console, [&] { return run(argc, argv, console); });
}
