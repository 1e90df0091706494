#include "pipelines/serve/search_parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <functional>
#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "core/checkpoint/message.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

using Parameters = std::multimap<std::string, std::string>;

constexpr std::size_t kMostTexts = 16;
constexpr std::size_t kMostNames = 256;     // paths, videos
constexpr std::size_t kLongestText = 1000;  // bytes
constexpr double kLongestTime = 1e9;        // seconds
constexpr std::int64_t kMostResults = 200;  // a page
constexpr std::int64_t kLastResult = 100'000;

[[noreturn]] void refuse(const std::string& name, const std::string& value, const std::string& expected) {
  throw Error(ErrorKind::kInvalidArgument, "the parameter " + name + " is " + in_quotes(value) + "; " + expected);
}

std::string checked_text(const std::string& name, const std::string& value) {
  if (value.size() > kLongestText) refuse(name, value.substr(0, 40) + "…", "at most 1000 bytes are taken");
  if (!is_utf8(value)) refuse(name, "…", "it must be UTF-8");
  std::string text = value;
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  return text;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

double number_between(const std::string& name, const std::string& text, double least, double most) {
  const auto value = number(text);
  if (!value || *value < least || *value > most) {
    const auto bound = [](double limit) { return std::to_string(static_cast<std::int64_t>(limit)); };
    refuse(name, text, "it must be a number from " + bound(least) + " to " + bound(most));
  }
  return *value;
}

std::int64_t time_of(const std::string& name, const std::string& text) {
  return std::llround(number_between(name, text, 0, kLongestTime) * 1e9);
}

// Seconds since 1970, or a day: "2026-03-01", of which the first or the last second is meant (UTC).
std::int64_t date_of(const std::string& name, const std::string& text, bool last) {
  std::tm day{};
  const char* end = text.size() == 10 ? strptime(text.c_str(), "%Y-%m-%d", &day) : nullptr;
  if (end != nullptr && *end == '\0') return timegm(&day) + (last ? 86399 : 0);
  if (const auto value = number(text); value && std::abs(*value) < 1e12) return static_cast<std::int64_t>(*value);
  refuse(name, text, "it must be a day such as 2026-03-01, or seconds since 1970");
}

bool flag_of(const std::string& name, const std::string& text) {
  if (text == "1" || text == "true") return true;
  if (text == "0" || text == "false" || text.empty()) return false;
  refuse(name, text, "it must be 0 or 1");
}

std::int64_t id_of(const std::string& name, const std::string& text) {
  std::int64_t id = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), id);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size() || id < 1) refuse(name, text, "it must be an id");
  return id;
}

WeightedText weighted(const std::string& name, const std::string& text) {
  const std::size_t colon = text.find(':');
  const auto weight = colon == std::string::npos ? std::nullopt : number(std::string_view(text).substr(0, colon));
  if (!weight || std::abs(*weight) > 100 || *weight == 0)
    refuse(name, text, "it must be WEIGHT:TEXT, such as 2:a red car, with a weight up to 100, negative for less of it");
  return {checked_text(name, text.substr(colon + 1)), *weight};
}

SearchMode mode_of(const std::string& name, const std::string& text) {
  if (text == "hybrid") return SearchMode::kHybrid;
  if (text == "embedding") return SearchMode::kEmbedding;
  if (text == "words") return SearchMode::kWords;
  refuse(name, text, "it must be hybrid, embedding or words");
}

SearchRequest::Order order_of(const std::string& name, const std::string& text) {
  if (text == "relevance") return SearchRequest::Order::kRelevance;
  if (text == "date") return SearchRequest::Order::kDate;
  if (text == "time") return SearchRequest::Order::kTime;
  refuse(name, text, "it must be relevance, date or time");
}

using Take = std::function<void(SearchParameters&, const std::string& name, const std::string& value)>;

const std::map<std::string, Take>& takers() {
  using P = SearchParameters;
  using S = const std::string&;
  static const std::map<std::string, Take> kTakers = {
      {"q",
       [](P& p, S n, S v) {
         p.request.texts.push_back({checked_text(n, v), 1});
       }},
      {"w", [](P& p, S n, S v) { p.request.texts.push_back(weighted(n, v)); }},
      {"not",
       [](P& p, S n, S v) {
         p.request.texts.push_back({checked_text(n, v), -1});
       }},
      {"words", [](P& p, S n, S v) { p.request.words = checked_text(n, v); }},
      {"like", [](P& p, S n, S v) { p.request.like = id_of(n, v); }},
      {"path", [](P& p, S n, S v) { p.request.filter.paths.push_back(checked_text(n, v)); }},
      {"video", [](P& p, S n, S v) { p.request.filter.videos.push_back(id_of(n, v)); }},
      {"from", [](P& p, S n, S v) { p.request.filter.from = time_of(n, v); }},
      {"to", [](P& p, S n, S v) { p.request.filter.to = time_of(n, v); }},
      {"since", [](P& p, S n, S v) { p.request.filter.since = date_of(n, v, false); }},
      {"until", [](P& p, S n, S v) { p.request.filter.until = date_of(n, v, true); }},
      {"min_duration", [](P& p, S n, S v) { p.request.filter.shortest = time_of(n, v); }},
      {"max_duration", [](P& p, S n, S v) { p.request.filter.longest = time_of(n, v); }},
      {"min_score", [](P& p, S n, S v) { p.request.min_score = number_between(n, v, -1, 1); }},
      {"cutoff", [](P& p, S n, S v) { p.request.cutoff = number_between(n, v, 0, 1); }},
      {"mode", [](P& p, S n, S v) { p.request.mode = mode_of(n, v); }},
      {"order", [](P& p, S n, S v) { p.request.order = order_of(n, v); }},
      {"by_video", [](P& p, S n, S v) { p.request.by_video = flag_of(n, v); }},
      {"explain", [](P& p, S n, S v) { p.explain = flag_of(n, v); }}};
  return kTakers;
}

}  // namespace

std::int64_t whole_number(const Parameters& parameters, const std::string& name, std::int64_t least, std::int64_t most,
                          std::int64_t absent) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return absent;
  std::int64_t value = 0;
  const std::string& text = found->second;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size() || value < least || value > most)
    refuse(name, text, "it must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return value;
}

void check_names(const Parameters& parameters, std::initializer_list<const char*> known) {
  for (const auto& [name, value] : parameters)
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw Error(ErrorKind::kInvalidArgument, "the parameter " + in_quotes(name) + " is not known here");
}

SearchParameters parse_search(const Parameters& parameters) {
  SearchParameters parsed;
  SearchRequest& request = parsed.request;
  request.rerank = whole_number(parameters, "rerank", 0, 1024, request.rerank);
  request.offset = whole_number(parameters, "offset", 0, kLastResult, request.offset);
  request.limit = whole_number(parameters, "limit", 1, kMostResults, request.limit);
  for (const auto& [name, value] : parameters) {
    if (name == "rerank" || name == "offset" || name == "limit") continue;
    const auto taker = takers().find(name);
    if (taker == takers().end())
      throw Error(ErrorKind::kInvalidArgument, "the parameter " + in_quotes(name) + " is not known here");
    if (value.empty()) continue;  // a field of a form that was left empty
    taker->second(parsed, name, value);
  }
  // What is searched for comes first, what is not wanted last, however the address has them.
  std::stable_partition(request.texts.begin(), request.texts.end(),
                        [](const WeightedText& text) { return text.weight > 0; });
  if (request.texts.size() > kMostTexts)
    throw Error(ErrorKind::kInvalidArgument, "a search takes at most " + std::to_string(kMostTexts) + " texts");
  if (request.filter.paths.size() > kMostNames || request.filter.videos.size() > kMostNames)
    throw Error(ErrorKind::kInvalidArgument, "a search takes at most 256 paths and 256 videos");
  return parsed;
}

}  // namespace blip
