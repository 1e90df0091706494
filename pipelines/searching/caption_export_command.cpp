#include "pipelines/searching/caption_export_command.h"

#include <CLI/CLI.hpp>

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  gst-blip index export talk.mp4                        its captions as WebVTT
  gst-blip index export talk.mp4 --format srt -o talk.srt
  gst-blip index export talk.mp4 -o talk.ffmeta         chapters for ffmpeg -i talk.mp4 -i talk.ffmeta -map_metadata 1
  gst-blip index export --all --format vtt -o captions/ a file a video
  gst-blip index export --all --format jsonl            every segment, one object a line

A video is named by its path, or by its end where that is unique. In vtt, srt and chapters neighbouring segments with the
same caption are one cue; jsonl has every segment.)";

}  // namespace

std::shared_ptr<ExportSettings> add_export_command(IndexCommand& index) {
  auto settings = std::make_shared<ExportSettings>();
  CLI::App& command = *index.app().add_subcommand("export", "Write the captions of indexed videos with their times");
  command.footer(kExamples);
  command.add_option("VIDEO", settings->videos, "indexed videos")->option_text("VIDEO …");
  command.add_flag("--all", settings->all, "all videos of the index");
  command
      .add_option("--format", settings->format, "vtt, srt, jsonl or chapters (default: by the name of -o, else vtt)")
      ->check(CLI::IsMember({"vtt", "srt", "jsonl", "chapters"}))
      ->option_text("NAME");
  command
      .add_option("-o,--output", settings->output,
                  "file, or for several videos a folder, written with a '/' at the end")
      ->option_text("FILE|DIR/");
  add_index_option(command, *settings);
  index.add(command, [settings](Console& console) { return run_export_job(*settings, console); });
  return settings;
}

}  // namespace blip
