// gst-blip: BLIP on videos and pictures, for people. One sub-command a job.
#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "pipelines/asking/ask_command.h"
#include "pipelines/asking/ask_job.h"
#include "pipelines/captioning/caption_command.h"
#include "pipelines/captioning/caption_job.h"
#include "pipelines/chatting/chat_command.h"
#include "pipelines/chatting/chat_job.h"
#include "pipelines/checkpoints/model_command.h"
#include "pipelines/indexing/index_command.h"
#include "pipelines/matching/match_command.h"
#include "pipelines/matching/match_job.h"
#include "pipelines/runner/run_command.h"
#include "pipelines/runner/run_job.h"
#include "pipelines/searching/calibrate_command.h"
#include "pipelines/searching/caption_export_command.h"
#include "pipelines/searching/search_command.h"
#include "pipelines/searching/search_job.h"
#include "pipelines/serve/serve_command.h"
#include "pipelines/serve/serve_job.h"
#include "pipelines/terminal/console.h"
#include "pipelines/terminal/exit_code.h"
#include "pipelines/terminal/passive_waiting.h"
#include "pipelines/terminal/usage_error.h"
#include "pipelines/watching/watch_command.h"
#include "pipelines/watching/watch_job.h"

namespace {

using Commands = std::vector<std::pair<const char*, std::function<int(blip::Console&)>>>;

Commands add_commands(CLI::App& app) {
  const auto caption = blip::add_caption_command(app);
  const auto ask = blip::add_ask_command(app);
  const auto chat = blip::add_chat_command(app);
  const auto match = blip::add_match_command(app);
  const auto pipeline = blip::add_run_command(app);
  const auto index = std::make_shared<blip::IndexCommand>(app);
  blip::add_export_command(*index);
  blip::add_calibrate_command(*index);
  const auto search = blip::add_search_command(app);
  const auto serve = blip::add_serve_command(app);
  const auto watch = blip::add_watch_command(app);
  blip::add_model_command(app);
  return {{"caption", [=](blip::Console& console) { return blip::run_caption_job(*caption, console); }},
          {"ask",
           [=](blip::Console& console) {
             ask->take_question();
             return blip::run_ask_job(*ask, console);
           }},
          {"chat", [=](blip::Console& console) { return blip::run_chat_job(*chat, console); }},
          {"match",
           [=](blip::Console& console) {
             match->take_texts();
             return blip::run_match_job(*match, console);
           }},
          {"index", [=](blip::Console& console) { return index->run(console); }},
          {"search", [=](blip::Console& console) { return blip::run_search_job(*search, console); }},
          {"watch", [=](blip::Console& console) { return blip::run_watch_job(*watch, console); }},
          {"run", [=](blip::Console& console) { return blip::run_pipeline_job(*pipeline, console); }},
          {"serve", [=](blip::Console& console) { return blip::run_serve_job(*serve, console); }}};
}

int run(int argc, char** argv, blip::Console& console) {
  CLI::App app("BLIP on videos and pictures.", "gst-blip");
  app.set_version_flag("--version", "gst-blip " BLIP_VERSION);
  app.require_subcommand(1);
  const Commands commands = add_commands(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {
    return app.exit(request);
  } catch (const CLI::RuntimeError& end) {
    return end.get_exit_code();
  } catch (const CLI::ParseError& e) {
    throw blip::UsageError(std::string(e.what()) + "; see gst-blip --help");
  }
  for (const auto& [name, run_command] : commands)
    if (app.got_subcommand(name)) return run_command(console);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  blip::wait_passively(argv);
  blip::Console console("gst-blip");
  return blip::exit_code_of(console, [&] { return run(argc, argv, console); });
}
