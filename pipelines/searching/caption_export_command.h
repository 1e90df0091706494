#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipelines/indexing/index_command.h"
#include "pipelines/indexing/index_options.h"
#include "pipelines/terminal/console.h"

namespace blip {

// What "gst-blip index export" was asked for.
struct ExportSettings : IndexSettings {
  std::vector<std::string> videos;  // paths, or their unique ends
  bool all = false;
  std::string format;  // "vtt", "srt", "jsonl", "chapters"; empty = by the output's name, else vtt
  std::string output;  // a file, or a folder for several videos; empty = stdout

  std::string export_format() const;
};

// Adds "export" to the command "index", with what runs it.
std::shared_ptr<ExportSettings> add_export_command(IndexCommand& index);

// Writes the captions of videos with their times. Throws UsageError and OutputFailure.
int run_export_job(const ExportSettings& settings, Console& console);

}  // namespace blip
