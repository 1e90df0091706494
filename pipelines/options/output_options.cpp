#include "pipelines/options/output_options.h"

#include <CLI/CLI.hpp>

namespace blip {

void add_output_options(CLI::App& command, JobFiles& files) {
  command
      .add_option_function<std::string>(
          "--format", [&files](const std::string& name) { files.format = parse_output_format(name); },
          "what to write: text, json, srt or vtt (default: by the name given with -o, else text)")
      ->check(CLI::IsMember({"text", "json", "srt", "vtt"}))
      ->option_text("NAME")
      ->group("Output");
  command
      .add_option("-o", files.output,
                  "write to FILE when complete; with a directory (or NAME/) one file for each input")
      ->option_text("FILE")
      ->group("Output");
  command
      .add_flag("--auto-orient", files.auto_orient,
                "turn still pictures by their EXIF orientation (videos are always turned)")
      ->group("Output");
}

}  // namespace blip
