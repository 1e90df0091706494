#include "pipelines/watching/watch_command.h"

#include <CLI/CLI.hpp>
#include <optional>

#include "pipelines/options/gate_options.h"
#include "pipelines/options/model_options.h"
#include "pipelines/options/option_checks.h"
#include "pipelines/terminal/duration_text.h"

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  gst-blip watch rtsp://camera/1 -q "a person with a dog"       a line when it begins, a line when it ends
  gst-blip watch rtsp://camera/1 rtsp://camera/2 --queries texts.txt --clip-dir clips --format json
  gst-blip watch talk.mp4 -q "a red car" --clip-dir clips       a file, as fast as it can be decoded
  gst-blip watch rtsp://camera/1 --webhook http://host/hook     the standing queries of the index
  gst-blip watch -q "a red car"                                 what is added to the index from now on
  gst-blip watch rtsp://camera/1 --captions                     what is to be seen, too

An alert begins when a text's match probability reaches --threshold and ends when it has been below --threshold-off for
--hold. In a file of texts, empty lines and lines that begin with '#' are left out; '-' before a text makes it a
negative one: where it is likelier than a text, that one does not match.
Live sources that are lost are connected anew. The model must have an image-text matching head: a retrieval or
pre-training checkpoint.
Exit code: 0 all sources came to their end, 1 one failed, 2 wrong usage, 130 interrupted.)";

std::string check_duration_or_zero(const std::string& value) {
  return parse_duration(value) ? "" : "'" + value + "' is no duration such as 3s, 1.5s, 200ms, 2min or 0s";
}

void add_alert_options(CLI::App& command, WatchSettings& settings) {
  const auto add = [&](const char* name, auto& value, const char* text, const char* kind) {
    return command.add_option(name, value, text)->option_text(kind)->group("Alerts");
  };
  const auto duration = [&](const char* name, std::int64_t& value, const char* text) {
    command
        .add_option_function<std::string>(
            name, [&value](const std::string& given) { value = parse_duration(given).value_or(value); }, text)
        ->check(check_duration_or_zero)
        ->option_text("TIME")
        ->group("Alerts");
  };
  add("--threshold", settings.threshold,
      "probability from which on a text matches (default: 0.5, or the standing query's own)", "P")
      ->check(check_between(0, 1));
  command
      .add_option_function<double>(
          "--threshold-off", [&settings](double value) { settings.session.rules.threshold_off = value; },
          "probability below which a match ends (default: four fifths of the threshold)")
      ->check(check_between(0, 1))
      ->option_text("P")
      ->group("Alerts");
  duration("--hold", settings.session.rules.hold, "matches closer to each other are one alert (default: 1s)");
  add("--fps", settings.session.fps,
      "pictures matched a second, 0 = every one; of live video as many as the model can (default: 2)", "N")
      ->check(check_between(0, 1000));
  add("--k", settings.session.candidates, "match only the K texts most alike a picture (ITC), 0 = all (default: 16)",
      "K")
      ->check(CLI::Range(0, 1000000));
  add("--min-similarity", settings.session.least_similarity,
      "match only texts whose ITC cosine with the picture is at least this (default: -1, all)", "C")
      ->check(check_between(-1, 1));
  add("--webhook", settings.webhook, "post each alert there as JSON: http:// or https://", "URL");
  add("--clip-dir", settings.clip_directory, "folder for a clip (MP4) and a picture (JPEG) of each alert", "DIR");
  duration("--before", settings.session.clips.before, "how long before the alert its clip begins (default: 3s)");
  duration("--after", settings.session.clips.after, "how long after it the clip ends (default: 3s)");
  duration("--clip-length", settings.session.clips.longest, "longest clip; of a longer alert the begin (default: 60s)");
}

void add_source_options(CLI::App& command, WatchSettings& settings) {
  command.add_flag("--captions", settings.session.captions, "say what is to be seen, too")->group("Captions");
  command.add_option("--caption-fps", settings.session.caption_fps, "pictures captioned a second (default: 1)")
      ->check(check_between(0, 1000))
      ->option_text("N")
      ->group("Captions");
  command
      .add_option(
          "--caption-model", settings.session.captioner.model,
          "the captioner (default: --model where it can caption, else the small model that comes with gst-blip)")
      ->option_text("PATH")
      ->group("Captions");
  command
      .add_option("--attempts", settings.session.attempts,
                  "failed connections in a row after which a live source is given up (default: never)")
      ->check(CLI::Range(0, 1000000))
      ->option_text("N")
      ->group("Sources");
  command.add_flag("--paced", settings.session.paced, "files at the pace of the clock, as a camera gives its pictures")
      ->group("Sources");
  command
      .add_option_function<std::string>(
          "--poll", [&settings](const std::string& given) { settings.poll = *parse_duration(given); },
          "how often the index is looked at for what was added (default: 2s)")
      ->check(check_duration)
      ->option_text("TIME")
      ->group("Sources");
  command.add_flag("--once", settings.once, "the index: all that is in it by now, then end")->group("Sources");
}

}  // namespace

std::shared_ptr<WatchSettings> add_watch_command(CLI::App& app) {
  auto settings = std::make_shared<WatchSettings>();
  CLI::App& command = *app.add_subcommand("watch", "Watch live video, files or the index for texts");
  command.footer(kExamples);
  command
      .add_option("SOURCE", settings->sources,
                  "files, or URLs such as rtsp://…, http://…; none: what is added to the index")
      ->option_text("SOURCE…");
  command.add_option("-q,--query", settings->texts, "a text to watch for; can be repeated")
      ->option_text("TEXT")
      ->allow_extra_args(false);
  command
      .add_option("--queries", settings->queries_file,
                  "texts to watch for, one a line (default: the standing queries of the index)")
      ->option_text("FILE");
  command
      .add_option_function<std::string>(
          "--format", [&settings = *settings](const std::string& format) { settings.json = format == "json"; },
          "text, or json: one object a line (default: text)")
      ->check(CLI::IsMember({"text", "json"}))
      ->option_text("NAME");
  add_index_option(command, *settings);
  add_alert_options(command, *settings);
  add_source_options(command, *settings);
  add_gate_options(command, settings->session);
  add_model_options(command, settings->session.model);
  return settings;
}

}  // namespace blip
