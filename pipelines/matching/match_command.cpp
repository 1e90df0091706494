#include "pipelines/matching/match_command.h"

#include <CLI/CLI.hpp>

#include "pipelines/options/gate_options.h"
#include "pipelines/options/model_options.h"
#include "pipelines/options/option_checks.h"
#include "pipelines/options/output_options.h"
#include "pipelines/terminal/duration_text.h"

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  gst-blip match talk.mp4 "a red car" "a dog"             when each of them is on screen
  gst-blip match a.mp4 b.mp4 -q "a red car" --format json
  gst-blip match talk.mp4 --queries texts.txt -o found.srt
  gst-blip match talk.mp4 "a dog" --threshold 0.8 --threshold-off 0.6 --fps 4
  gst-blip match talk.mp4 "someone opens a door" --frames 8 --window 8s   pictures of 8 seconds together
  gst-blip match talk.mp4 "a dog" --scores --format json                  every picture's probability
  gst-blip match photo.jpg "a dog" --model Salesforce/blip-itm-base-coco

A match begins when a text's probability reaches --threshold and ends when it falls below --threshold-off.
In a file of texts, empty lines and lines that begin with '#' are left out; '-' before a text makes it a negative one:
where it is likelier than a text, that one does not match.
The model must have an image-text matching head: a retrieval or pre-training checkpoint.
Exit code: 0 done, 1 a file failed (the others are done), 2 wrong usage, 130 interrupted (what was found is kept).)";

void add_match_options(CLI::App& command, MatchSettings& settings) {
  const auto add = [&](const char* name, auto& value, const char* text, const char* kind) {
    return command.add_option(name, value, text)->option_text(kind)->group("Matches");
  };
  add("--fps", settings.fps, "pictures analysed a second of video, 0 = every frame (default: 1)", "N")
      ->check(check_between(0, 1000));
  add("--threshold", settings.threshold, "probability from which on a text matches (default: 0.5)", "P")
      ->check(check_between(0, 1));
  command
      .add_option_function<double>(
          "--threshold-off", [&settings](double value) { settings.threshold_off = value; },
          "probability below which a match ends (default: 0.4, or --threshold where that is lower)")
      ->check(check_between(0, 1))
      ->option_text("P")
      ->group("Matches");
  add("--k", settings.k, "match only the K texts most alike a picture (ITC), 0 = all (default: 0)", "K")
      ->check(CLI::Range(0, 1000000));
  add("--itm-token", settings.itm_token,
      "first token of a text: enc, as BLIP was trained, or cls, as its demo code and transformers (default: enc)",
      "NAME")
      ->check(CLI::IsMember({"enc", "cls"}));
  add("--frames", settings.frames, "pictures matched together (default: 1)", "N")->check(CLI::Range(1, 1024));
  const auto duration = [&](const char* name, std::optional<std::int64_t>& value, const char* text) {
    command
        .add_option_function<std::string>(
            name, [&value](const std::string& given) { value = parse_duration(given); }, text)
        ->check(check_duration)
        ->option_text("TIME")
        ->group("Matches");
  };
  duration("--window", settings.window, "length of the stretch whose --frames pictures are matched, such as 8s");
  duration("--overlap", settings.overlap, "how much a window shares with the one before (default: nothing)");
}

}  // namespace

std::shared_ptr<MatchSettings> add_match_command(CLI::App& app) {
  auto settings = std::make_shared<MatchSettings>();
  CLI::App& command = *app.add_subcommand("match", "Find when texts are true of a video");
  command.footer(kExamples);
  command.add_option("FILE", settings->files, "a video or picture, then texts; with -q or --queries, files only")
      ->required()
      ->option_text("FILE TEXT…");
  command.add_option("-q,--query", settings->texts, "a text to look for; can be repeated")
      ->option_text("TEXT")
      ->allow_extra_args(false);
  command.add_option("--queries", settings->queries_file, "texts to look for, one a line")->option_text("FILE");
  add_output_options(command, *settings);
  command.add_flag("--scores", settings->scores, "json: every picture's scores instead of the spans of the matches")
      ->group("Output");
  add_match_options(command, *settings);
  add_gate_options(command, *settings);
  add_model_options(command, *settings);
  return settings;
}

}  // namespace blip
