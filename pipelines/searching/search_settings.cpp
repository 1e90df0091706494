#include "pipelines/searching/search_settings.h"

#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <utility>

#include "core/vision/image_file.h"
#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/duration_text.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// Unsigned digits only, up to four.
std::optional<int> digits_of(std::string_view text) {
  if (text.empty() || text.size() > 4 || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

constexpr std::array<std::pair<const char*, HitFormat>, 7> kFormats = {{{"text", HitFormat::kText},
                                                                        {"json", HitFormat::kJson},
                                                                        {"srt", HitFormat::kSrt},
                                                                        {"vtt", HitFormat::kVtt},
                                                                        {"otio", HitFormat::kOtio},
                                                                        {"edl", HitFormat::kEdl},
                                                                        {"chapters", HitFormat::kChapters}}};

}  // namespace

WeightedText parse_weighted_text(const std::string& text) {
  WeightedText term{text, 1};
  if (const auto colon = text.find(':'); colon != std::string::npos) {
    if (const auto weight = number_of(std::string_view(text).substr(0, colon))) {
      if (!(*weight > 0 && *weight <= 1000))
        throw UsageError("the weight of '" + text + "' must be above 0 and at most 1000, as in \"2:red circle\"");
      term = {text.substr(colon + 1), *weight};
    }
  }
  if (is_blank(term.text)) throw UsageError("a text of the search is empty: '" + text + "'");
  return term;
}

std::optional<std::int64_t> parse_moment(const std::string& text) {
  const std::vector<std::string> parts = split(text, ':');
  if (parts.size() == 1) return parse_duration(text);
  if (parts.size() > 3) return std::nullopt;
  double seconds = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    const std::optional<double> value = last ? number_of(parts[i]) : std::optional<double>(digits_of(parts[i]));
    if (!value || *value < 0 || (i > 0 && *value >= 60)) return std::nullopt;
    seconds = seconds * 60 + *value;
  }
  return static_cast<std::int64_t>(std::llround(seconds * static_cast<double>(kSecond)));
}

VideoMoment parse_video_moment(const std::string& text) {
  const auto at = text.rfind('@');
  const auto time = at == std::string::npos ? std::nullopt : parse_moment(text.substr(at + 1));
  if (!time || at == 0)
    throw UsageError("'" + text + "' is no moment of a video; --like takes VIDEO@TIME, such as talk.mp4@1:05");
  return {text.substr(0, at), *time};
}

std::optional<DateSpan> parse_date(const std::string& text) {
  const auto space = text.find_first_of(" T");
  const std::vector<std::string> day = split(text.substr(0, space), '-');
  std::tm begin{};
  begin.tm_isdst = -1;
  if (day.size() != 3 || day[0].size() != 4) return std::nullopt;
  const auto year = digits_of(day[0]), month = digits_of(day[1]), of_month = digits_of(day[2]);
  if (!year || !month || !of_month) return std::nullopt;
  begin.tm_year = *year - 1900;
  begin.tm_mon = *month - 1;
  begin.tm_mday = *of_month;
  std::tm end = begin;
  if (space == std::string::npos) {
    ++end.tm_mday;
  } else {
    const std::vector<std::string> clock = split(text.substr(space + 1), ':');
    if (clock.size() < 2 || clock.size() > 3) return std::nullopt;
    const auto hour = digits_of(clock[0]), minute = digits_of(clock[1]);
    const auto second = clock.size() == 3 ? digits_of(clock[2]) : 0;
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    begin.tm_hour = *hour;
    begin.tm_min = *minute;
    begin.tm_sec = *second;
    end = begin;
    ++(clock.size() == 3 ? end.tm_sec : end.tm_min);
  }
  const DateSpan span{std::mktime(&begin), std::mktime(&end)};
  // mktime() turns the 31st of February into one of March.
  if (begin.tm_mday != *of_month || begin.tm_mon != *month - 1) return std::nullopt;
  return span;
}

std::optional<HitFormat> parse_hit_format(const std::string& name) {
  for (const auto& [word, format] : kFormats)
    if (name == word) return format;
  return std::nullopt;
}

HitFormat SearchSettings::hit_format() const {
  if (format) return *format;
  const std::string ending = std::filesystem::path(output).extension();
  if (ending == ".json" || ending == ".jsonl") return HitFormat::kJson;
  if (ending == ".ffmeta" || ending == ".ffmetadata") return HitFormat::kChapters;
  if (!ending.empty())
    if (const auto known = parse_hit_format(ending.substr(1))) return *known;
  return HitFormat::kText;
}

SearchRequest SearchSettings::request() const {
  SearchRequest request = base;
  std::string text;
  for (const std::string& word : query) text += (text.empty() ? "" : " ") + word;
  if (!query.empty()) {
    if (is_blank(text)) throw UsageError("the query is empty; say what to look for, as a caption would say it");
    request.texts.push_back({text, 1});
  }
  for (const std::string& term : more) request.texts.push_back(parse_weighted_text(term));
  for (const std::string& term : unwanted) {
    WeightedText taken = parse_weighted_text(term);
    taken.weight = -taken.weight;
    request.texts.push_back(taken);
  }
  if (request.texts.empty() && image.empty() && like.empty() && is_blank(request.words))
    throw UsageError(
        "what to look for? gst-blip search \"a dog on a beach\"; or --image FILE, --like VIDEO@TIME, --words");
  if (!image.empty()) request.image = read_image(image, {true});
  return request;
}

}  // namespace blip
