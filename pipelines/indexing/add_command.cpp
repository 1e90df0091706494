#include "pipelines/indexing/add_command.h"

#include <CLI/CLI.hpp>
#include <map>

#include "pipelines/options/model_options.h"
#include "pipelines/options/option_checks.h"
#include "pipelines/terminal/duration_text.h"

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  gst-blip index add ~/Videos                    everything in a folder; once more: what is new or changed
  gst-blip index add talk.mp4 photo.jpg          single files
  gst-blip index add ~/Videos --watch            and go on with what comes, until Ctrl-C
  gst-blip index add rtsp://camera/1 --keep 7d   a live stream, its last seven days
  gst-blip index add /archive --shard 2/8 --index part2.db   one of eight machines' part; then: gst-blip index merge
  gst-blip index add ~/Videos --format json      one JSON object a video

Each shot becomes a segment, a long one several: a time span, one frame, its embedding, a caption and a small picture.
Frames that look like the one before are skipped. Subtitles (NAME.srt, NAME.vtt beside the video) are kept with them.
What is stored stays: after Ctrl-C or a crash the same command goes on where it was. A changed file is indexed anew
while the old segments answer; a moved one is known by its content.
Exit code: 0 done, 1 a video failed (the others are done), 2 wrong usage, 130 interrupted (what was stored is kept).)";

void add_duration(CLI::App& command, const char* name, const std::function<void(std::int64_t)>& take, const char* text,
                  const char* group) {
  command
      .add_option_function<std::string>(
          name, [take](const std::string& given) { take(parse_duration(given).value_or(0)); }, text)
      ->check(check_duration)
      ->option_text("DURATION")
      ->group(group);
}

}  // namespace

std::shared_ptr<AddSettings> add_add_command(CLI::App& index) {
  auto settings = std::make_shared<AddSettings>();
  CLI::App& command = *index.add_subcommand("add", "Bring videos and pictures into the index");
  command.footer(kExamples);
  command.add_option("PATH", settings->paths, "files, folders with all in them, URLs")->required()->option_text(" ");
  add_index_option(command, *settings);
  command.add_option("--jobs", settings->jobs, "videos at the same time (default: 2)")
      ->check(CLI::Range(1, 64))
      ->option_text("N");
  command.add_option("--shard", settings->shard, "only the I-th of N parts of the files")->option_text("I/N");
  command.add_flag("--renew", settings->renew, "index again what has not changed, too");
  command.add_flag("--watch", settings->watch, "go on with files that come into the folders or change");
  command.add_flag("--prune", settings->prune, "--watch: remove files from the index that are deleted");
  add_duration(
      command, "--keep", [settings](std::int64_t value) { settings->keep = value; },
      "live streams: remove what is older", "Options");
  command
      .add_option_function<std::string>(
          "--format", [settings](const std::string& name) { settings->json = name == "json"; },
          "text, or json: one object a video (default: text)")
      ->check(CLI::IsMember({"text", "json"}))
      ->option_text("NAME");

  add_duration(
      command, "--interval", [settings](std::int64_t value) { settings->interval = value; },
      "longest segment of a shot that changes (default: 5s)", "Segments");
  command
      .add_option("--gate", settings->repeats.gate,
                  "frames that are skipped: off, duplicate: those equal to the last one, or similar: those that differ "
                  "little from it, too (default: similar)")
      ->check(CLI::IsMember({"off", "duplicate", "similar"}))
      ->option_text("NAME")
      ->group("Segments");
  command
      .add_option("--gate-threshold", settings->repeats.gate_threshold,
                  "similar: largest difference, in levels of 255 where it is largest (default: 2)")
      ->check(check_between(0, 255))
      ->option_text("X")
      ->group("Segments");
  add_model_options(command, *settings);
  command
      .add_option("--caption-model", settings->caption_model,
                  "model that writes the captions (default: --model, else the index's, else the one that comes with "
                  "gst-blip)")
      ->option_text("PATH")
      ->group("Model");
  command.add_flag("--no-captions{false}", settings->captions, "embeddings only")->group("Model");
  static const std::map<std::string, KeepFeatures> kChoices{
      {"auto", KeepFeatures::kAuto}, {"on", KeepFeatures::kOn}, {"off", KeepFeatures::kOff}};
  command
      .add_option_function<std::string>(
          "--features", [settings](const std::string& name) { settings->features = kChoices.at(name); },
          "keep image features, by which a search judges its candidates without the video: on, off, or auto: up to 64 "
          "kB a frame (default: auto)")
      ->check(CLI::IsMember({"auto", "on", "off"}))
      ->option_text("NAME")
      ->group("Model");
  return settings;
}

}  // namespace blip
