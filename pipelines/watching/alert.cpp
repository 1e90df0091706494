#include "pipelines/watching/alert.h"

#include <cmath>
#include <ctime>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/cue_text.h"

namespace blip {
namespace {

using Json = nlohmann::ordered_json;

// Milliseconds and four digits are more than the model means.
double seconds_of(std::int64_t nanoseconds) {
  return std::round(static_cast<double>(nanoseconds) / 1e6) / 1e3;
}
double rounded(double number) {
  return std::round(number * 1e4) / 1e4;
}

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

std::string digits(double probability) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(2) << probability;
  return out.str();
}

}  // namespace

const char* name_of(Alert::Event event) noexcept {
  return event == Alert::Event::kStart ? "start" : "end";
}

std::string alert_json(const Alert& alert) {
  Json json;
  json["event"] = name_of(alert.event);
  json["alert"] = alert.number;
  json["query"] = alert.query.text;
  if (alert.query.id != 0) json["query_id"] = alert.query.id;
  json["source"] = alert.source;
  json["start"] = seconds_of(alert.start);
  json["end"] = alert.event == Alert::Event::kStart ? Json(nullptr) : Json(seconds_of(alert.end));
  if (alert.date) json["date"] = date_text(*alert.date);
  json["probability"] = rounded(alert.probability);
  json["similarity"] = alert.similarity ? Json(rounded(*alert.similarity)) : Json(nullptr);
  json["clip"] = or_null(alert.clip);
  json["thumbnail"] = or_null(alert.thumbnail);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string alert_text(const Alert& alert) {
  const std::string start = clock_text(alert.start, '.');
  const std::string text = one_line(alert.query.text);
  const std::string date = alert.date ? date_text(*alert.date) + "  " : "";
  if (alert.event == Alert::Event::kStart)
    return date + start + " begins            " + text + "  (" + digits(alert.probability) + ")";
  return date + start + " --> " + clock_text(alert.end, '.') + "  " + text + "  (best " + digits(alert.probability) +
         ")" + (alert.clip.empty() ? "" : "  " + alert.clip);
}

std::string date_text(std::int64_t nanoseconds) {
  const std::int64_t milliseconds = nanoseconds / 1'000'000;
  const auto seconds = static_cast<std::time_t>(milliseconds / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::ostringstream out;
  out << std::put_time(&parts, "%Y-%m-%dT%H:%M:%S") << '.' << std::setw(3) << std::setfill('0') << milliseconds % 1000
      << 'Z';
  return out.str();
}

}  // namespace blip
