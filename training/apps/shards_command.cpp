#include "training/apps/shards_command.h"

#include <CLI/CLI.hpp>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "pipelines/terminal/console.h"
#include "training/data/frame_text_extract.h"

namespace blip {
namespace {

struct ShardsArguments {
  std::vector<std::string> videos;
  std::string output;
  bool whole_clips = false;
  ExtractOptions options;
};

void run(const ShardsArguments& arguments, Console& console) {
  TextedVideos found;
  for (const std::string& path : arguments.videos) {
    TextedVideos more = find_texted_videos(path, arguments.whole_clips);
    std::move(more.videos.begin(), more.videos.end(), std::back_inserter(found.videos));
    std::move(more.warnings.begin(), more.warnings.end(), std::back_inserter(found.warnings));
  }
  for (const std::string& warning : found.warnings) console.line(warning);
  const std::string all = std::to_string(found.videos.size());
  const ExtractReport report = extract_frame_texts(
      found, arguments.output, arguments.options, [&](const std::string& message) { console.line(message); },
      [&](std::int64_t done) { console.progress(std::to_string(done) + " of " + all + " videos"); });
  console.clear_progress();
  console.line(std::to_string(report.samples) + " frames of " + all + " videos in '" + arguments.output + "'" +
               (report.failed > 0 ? ", " + std::to_string(report.failed) + " could not be read" : ""));
}

}  // namespace

std::function<void()> add_shards_command(CLI::App& program, Console& console) {
  auto arguments = std::make_shared<ShardsArguments>();
  ExtractOptions& options = arguments->options;
  CLI::App* command = program.add_subcommand("shards", "take frames out of videos with texts, as data to train on");
  command
      ->add_option("videos", arguments->videos,
                   "videos with .json, .vtt or .srt beside them, folders of such, or an annotations.json")
      ->required();
  command->add_option("-o,--output", arguments->output, "folder for the shards, made if need be")->required();
  command->add_flag("--whole-clips", arguments->whole_clips,
                    "the caption of each clip of an annotations.json as its one segment");
  command->add_option("--frames", options.frames, "frames of each segment")->capture_default_str();
  command->add_option("--quality", options.jpeg_quality, "of the JPEG pictures, 1 to 100")->capture_default_str();
  command->add_option("--shard-size", options.samples_per_shard, "frames an archive")->capture_default_str();
  command->add_option("--seed", options.seed, "equal seeds take equal frames")->capture_default_str();
  command->footer("Example:\n  blip-train shards talk.mp4 lectures/ -o shards");
  return [arguments, &console] { run(*arguments, console); };
}

}  // namespace blip
