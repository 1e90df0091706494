#include "pipelines/runner/run_job.h"

#include <gst/gst.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/base/error.h"
#include "pipelines/elements/installation.h"
#include "pipelines/runner/launch_quoting.h"
#include "pipelines/runner/message_line.h"
#include "pipelines/runner/pipeline_catalog.h"
#include "pipelines/runner/pipeline_file.h"
#include "pipelines/runner/pipeline_run.h"
#include "pipelines/terminal/interrupt.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw Error(ErrorKind::kFailed, std::string("cannot write to standard output: ") + std::strerror(errno));
}

void print_catalog() {
  std::string text;
  for (const auto& file : list_catalog(program_directory())) {
    const PipelineFile pipeline = read_pipeline_file(file);
    const std::string name = file.stem();
    text += name + std::string(name.size() < 22 ? 22 - name.size() : 1, ' ') + pipeline.description + '\n';
  }
  print(text);
}

std::string shell_command(const std::vector<LaunchWord>& words) {
  std::string command = "gst-launch-1.0 -e";
  for (const LaunchWord& word : words) command += ' ' + (word.text == "!" ? "!" : quote_for_shell(word.text));
  return command + '\n';
}

int run(const PipelineFile& pipeline, const std::vector<LaunchWord>& words, const std::string& file, Console& console) {
  load_blip_plugin(program_directory());
  PipelineRun run(words, file);
  const InterruptWatch interrupt;
  PipelineListener listener;
  listener.message = [&](GstMessage* message) {
    const std::string name = gst_structure_get_name(gst_message_get_structure(message));
    if (std::find(pipeline.messages.begin(), pipeline.messages.end(), name) != pipeline.messages.end())
      print(message_line(message));
  };
  listener.warning = [&](const std::string& warning) { console.line_once("warning: " + warning); };
  run.play(interrupt, listener);
  return interrupt.requested() ? 130 : 0;
}

}  // namespace

int run_pipeline_job(const RunSettings& settings, Console& console) {
  gst_init(nullptr, nullptr);
  if (settings.list) {
    print_catalog();
    return 0;
  }
  if (settings.pipeline.empty())
    throw UsageError("name a YAML file or a pipeline of the catalog; see gst-blip run --list");
  const std::string file = find_pipeline(program_directory(), settings.pipeline);
  const PipelineFile pipeline = read_pipeline_file(file);
  if (settings.show_variables) {
    print(pipeline.name + ": " + pipeline.description + '\n' + variables_text(pipeline));
    return 0;
  }
  const auto words = fill_pipeline(pipeline, settings.variables);
  if (settings.dry_run) {
    print(shell_command(words));
    return 0;
  }
  return run(pipeline, words, file, console);
}

}  // namespace blip
