#include "pipelines/runner/run_command.h"

#include <CLI/CLI.hpp>
#include <vector>

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  gst-blip run --list                                   the pipelines that come with gst-blip
  gst-blip run caption-to-srt --variables               what can be set
  gst-blip run caption-to-srt --set source=talk.mp4 --set output=talk.srt
  gst-blip run live-captions --set source=rtsp://camera/stream
  gst-blip run my_pipeline.yaml --set threshold=0.8     a file of your own; docs/pipelines.md tells how to write one
  gst-blip run alert --set source=/dev/video0 --set "queries=a red car" --dry-run

Messages that the file asks for come as JSON on stdout, one object a line. Ctrl-C ends the stream, so that files are
finished; a second one leaves at once.
Exit code: 0 the stream ended, 1 failed, 2 wrong usage, 130 interrupted (files are finished).)";

}  // namespace

std::shared_ptr<RunSettings> add_run_command(CLI::App& app) {
  auto settings = std::make_shared<RunSettings>();
  CLI::App& command = *app.add_subcommand("run", "Run a pipeline from a YAML file");
  command.footer(kExamples);
  command.add_option("PIPELINE", settings->pipeline, "a YAML file, or a name from --list")->option_text(" ");
  command
      .add_option_function<std::vector<std::string>>(
          "--set",
          [settings](const std::vector<std::string>& assignments) {
            for (const std::string& assignment : assignments) {
              const std::size_t sign = assignment.find('=');
              if (sign == std::string::npos || sign == 0)
                throw CLI::ValidationError("--set", "'" + assignment + "' is not NAME=VALUE");
              if (!settings->variables.emplace(assignment.substr(0, sign), assignment.substr(sign + 1)).second)
                throw CLI::ValidationError("--set", "'" + assignment.substr(0, sign) + "' is set twice");
            }
          },
          "give a variable its value; can be repeated")
      ->option_text("NAME=VALUE")
      ->allow_extra_args(false);
  command.add_flag("--list", settings->list, "show the pipelines that come with gst-blip");
  command.add_flag("--variables", settings->show_variables, "show what the pipeline is for and its variables");
  command.add_flag("--dry-run", settings->dry_run, "print the gst-launch-1.0 command and do not run it");
  return settings;
}

}  // namespace blip
