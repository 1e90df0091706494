// blip-eval: zero-shot and fine-tuned evaluation of BLIP models. One sub-command a job.
#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <string>

#include "core/base/error.h"
#include "pipelines/terminal/console.h"
#include "pipelines/terminal/usage_error.h"
#include "training/apps/eval_commands.h"
#include "training/apps/eval_results_commands.h"

namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr int kInterrupted = 130;

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

int exit_code_of(blip::ErrorKind kind) {
  if (kind == blip::ErrorKind::kCancelled) return kInterrupted;
  return kind == blip::ErrorKind::kInvalidArgument ? kWrongUsage : kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error that can be reported
  blip::Console console("blip-eval");
  try {
    return run(argc, argv, console);
  } catch (const blip::UsageError& e) {
    console.line(e.what());
    return kWrongUsage;
  } catch (const blip::Error& e) {
    console.line(e.what());
    return exit_code_of(e.kind());
  } catch (const std::exception& e) {
    console.line(e.what());
    return kFailed;
  }
}
