#include "pipelines/searching/search_command.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>

#include "pipelines/options/model_options.h"
#include "pipelines/options/option_checks.h"

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  gst-blip search "a dog on a beach"
  gst-blip search "a red circle" --not "a blue star" --more "0.5:a dark background"
  gst-blip search --image photo.jpg                 moments that look like a picture
  gst-blip search --like talk.mp4@1:05              more moments like this one
  gst-blip search --words "whiteboard AND marker"   captions and subtitles with these words
  gst-blip search "a goal" --path "match*.mp4" --from 45:00 --order time
  gst-blip search "a speaker on a stage" --by-video -n 5
  gst-blip search "a red car" --format otio -o cars.otio    for a video editor
  gst-blip search "a red car" --explain             where each score comes from, and the time it took

Say it as a caption would: whole phrases find more than single words. Results are moments that the model takes for
matches with at least the probability of --cutoff; the default is the calibrated one (gst-blip index calibrate).
Exit code: 0 done, also when nothing was found, 1 failed, 2 wrong usage, 130 interrupted.)";

template <class Value>
void take(CLI::App& command, const char* name, const char* group, const char* kind, const char* text,
          const std::function<std::optional<Value>(const std::string&)>& parse, const std::string& expected,
          const std::function<void(const Value&)>& use) {
  command
      .add_option_function<std::string>(
          name, [=](const std::string& given) { use(*parse(given)); }, text)
      ->check(
          [=](const std::string& given) { return parse(given) ? std::string() : "'" + given + "' is not " + expected; })
      ->option_text(kind)
      ->group(group);
}

void add_what(CLI::App& command, SearchSettings& settings) {
  command.add_option("QUERY", settings.query, "what is to be seen, in words")->option_text("QUERY");
  const auto add = [&](const char* name, auto& value, const char* text, const char* kind) {
    return command.add_option(name, value, text)->option_text(kind)->allow_extra_args(false);
  };
  add("--not", settings.unwanted, "less of this, \"WEIGHT:TEXT\" or a text; can be repeated", "TEXT");
  add("--more", settings.more, "more of this, too, \"WEIGHT:TEXT\" or a text; can be repeated", "TEXT");
  add("--image", settings.image, "moments that look like this JPEG or PNG file", "FILE");
  add("--like", settings.like, "moments like this one, such as talk.mp4@1:05", "VIDEO@TIME");
  add("--words", settings.base.words,
      "caption or subtitle must hold these words: \"a b\", \"a OR b\", \"\\\"a b\\\"\", \"circ*\"", "WORDS");
}

void add_filters(CLI::App& command, SearchSettings& settings) {
  SearchRequest& base = settings.base;
  command
      .add_option("--path", base.filter.paths, "only videos whose path fits, such as \"2024/*.mp4\"; can be repeated")
      ->option_text("GLOB")
      ->allow_extra_args(false)
      ->group("Filters");
  const auto moment = [&](const char* name, std::int64_t& value, const char* text) {
    take<std::int64_t>(command, name, "Filters", "TIME", text, parse_moment, "a time, such as 1:05, 90s or 2min",
                       [&value](const std::int64_t& time) { value = time; });
  };
  moment("--from", base.filter.from, "only what is shown after this time in the video");
  moment("--to", base.filter.to, "only what is shown before this time in the video");
  moment("--min-duration", base.filter.shortest, "only videos at least this long");
  moment("--max-duration", base.filter.longest, "only videos at most this long");
  const auto date = [&](const char* name, const char* text, const std::function<void(const DateSpan&)>& use) {
    take<DateSpan>(command, name, "Filters", "DATE", text, parse_date, "a date, such as 2026-05-01 or 2026-05-01T14:30",
                   use);
  };
  date("--since", "only videos of this day (the file's date) or later",
       [&base](const DateSpan& span) { base.filter.since = span.begin; });
  date("--until", "only videos of this day or earlier",
       [&base](const DateSpan& span) { base.filter.until = span.end - 1; });
  command
      .add_option_function<double>(
          "--min-score", [&base](double value) { base.min_score = value; },
          "least similarity with the query (cosine, -1 to 1)")
      ->check(check_between(-1, 1))
      ->option_text("S")
      ->group("Filters");
  take<double>(
      command, "--cutoff", "Filters", "P|off", "least match probability, or off (default: the calibrated one)",
      [](const std::string& text) -> std::optional<double> {
        if (text == "off") return 0;
        return check_between(0, 1)(text).empty() ? std::optional(std::stod(text)) : std::nullopt;
      },
      "a probability from 0 to 1, or off", [&base](const double& value) { base.cutoff = value; });
}

void add_ranking(CLI::App& command, SearchSettings& settings) {
  SearchRequest& base = settings.base;
  static const std::map<std::string, SearchMode> kModes = {
      {"hybrid", SearchMode::kHybrid}, {"embedding", SearchMode::kEmbedding}, {"words", SearchMode::kWords}};
  static const std::map<std::string, SearchRequest::Order> kOrders = {{"relevance", SearchRequest::Order::kRelevance},
                                                                      {"date", SearchRequest::Order::kDate},
                                                                      {"time", SearchRequest::Order::kTime}};
  command
      .add_option_function<std::string>(
          "--mode", [&base](const std::string& name) { base.mode = kModes.at(name); },
          "where candidates come from: embedding (what is seen), words (captions and subtitles; no model), or hybrid, "
          "both (default: hybrid)")
      ->check(CLI::IsMember({"hybrid", "embedding", "words"}))
      ->option_text("NAME")
      ->group("Ranking");
  command
      .add_option_function<std::string>(
          "--order", [&base](const std::string& name) { base.order = kOrders.at(name); },
          "relevance, date (newest video first) or time (by path and time) (default: relevance)")
      ->check(CLI::IsMember({"relevance", "date", "time"}))
      ->option_text("NAME")
      ->group("Ranking");
  command
      .add_option("--rerank", base.rerank, "candidates that the matching head judges at a time, 0 = none (default: 64)")
      ->check(CLI::Range(0, 4096))
      ->option_text("N")
      ->group("Ranking");
  command.add_flag("--by-video", base.by_video, "one result a video, judged by eight of its frames together")
      ->group("Ranking");
}

void add_output(CLI::App& command, SearchSettings& settings) {
  SearchRequest& base = settings.base;
  command.add_option("-n,--limit", base.limit, "results (default: 10)")
      ->check(CLI::Range(1, 1000000))
      ->option_text("N")
      ->group("Output");
  command.add_option("--offset", base.offset, "results to pass over: the next page (default: 0)")
      ->check(CLI::Range(0, 1000000000))
      ->option_text("N")
      ->group("Output");
  take<std::int64_t>(
      command, "--merge-gap", "Output", "TIME|off",
      "results of a video closer than this become one, or off (default: 2s)",
      [](const std::string& text) { return text == "off" ? std::optional<std::int64_t>(-1) : parse_moment(text); },
      "a time such as 2s, or off", [&base](const std::int64_t& gap) { base.merge_gap = gap; });
  command.add_flag("--explain", settings.explain, "text, json: where scores come from, and the times of the parts")
      ->group("Output");
  command
      .add_option_function<std::string>(
          "--format", [&settings](const std::string& name) { settings.format = parse_hit_format(name); },
          "text, json (one object a line), srt, vtt or chapters (of one video), otio or edl for editors (default: by "
          "the "
          "name of -o, else text)")
      ->check(CLI::IsMember({"text", "json", "srt", "vtt", "otio", "edl", "chapters"}))
      ->option_text("NAME")
      ->group("Output");
  command.add_option("--fps", settings.fps, "otio, edl: frames a second of the edit list (default: 25)")
      ->check(check_between(1, 1000))
      ->option_text("N")
      ->group("Output");
  command.add_option("-o,--output", settings.output, "file to write (default: standard output)")
      ->option_text("FILE")
      ->group("Output");
}

}  // namespace

std::shared_ptr<SearchSettings> add_search_command(CLI::App& app) {
  auto settings = std::make_shared<SearchSettings>();
  CLI::App& command = *app.add_subcommand("search", "Find moments of indexed videos by what is to be seen in them");
  command.footer(kExamples);
  add_what(command, *settings);
  add_index_option(command, *settings);
  add_filters(command, *settings);
  add_ranking(command, *settings);
  add_output(command, *settings);
  add_model_options(command, *settings);
  return settings;
}

}  // namespace blip
