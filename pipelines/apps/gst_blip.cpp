// gst-blip: BLIP on videos and pictures, for people. One sub-command a job.
#include <CLI/CLI.hpp>

#include "pipelines/asking/ask_command.h"
#include "pipelines/asking/ask_job.h"
#include "pipelines/captioning/caption_command.h"
#include "pipelines/captioning/caption_job.h"
#include "pipelines/checkpoints/model_command.h"
#include "pipelines/matching/match_command.h"
#include "pipelines/matching/match_job.h"
#include "pipelines/runner/run_command.h"
#include "pipelines/runner/run_job.h"
#include "pipelines/terminal/console.h"
#include "pipelines/terminal/exit_code.h"
#include "pipelines/terminal/passive_waiting.h"
#include "pipelines/terminal/usage_error.h"

namespace {

int run(int argc, char** argv, blip::Console& console) {
  CLI::App app("BLIP on videos and pictures.", "gst-blip");
  app.set_version_flag("--version", "gst-blip " BLIP_VERSION);
  app.require_subcommand(1);
  const auto caption = blip::add_caption_command(app);
  const auto ask = blip::add_ask_command(app);
  const auto match = blip::add_match_command(app);
  const auto pipeline = blip::add_run_command(app);
  blip::add_model_command(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {
    return app.exit(request);
  } catch (const CLI::RuntimeError& end) {
    return end.get_exit_code();
  } catch (const CLI::ParseError& e) {
    throw blip::UsageError(std::string(e.what()) + "; see gst-blip --help");
  }
  if (app.got_subcommand("ask")) {
    ask->take_question();
    return blip::run_ask_job(*ask, console);
  }
  if (app.got_subcommand("match")) {
    match->take_texts();
    return blip::run_match_job(*match, console);
  }
  if (app.got_subcommand("run")) return blip::run_pipeline_job(*pipeline, console);
  return blip::run_caption_job(*caption, console);
}

}  // namespace

int main(int argc, char** argv) {
  blip::wait_passively(argv);
  blip::Console console("gst-blip");
  return blip::exit_code_of(console, [&] { return run(argc, argv, console); });
}
