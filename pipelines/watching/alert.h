#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pipelines/watching/watch_query.h"

namespace blip {

// A text begins, or ceases, to be true of a source. Times are nanoseconds: of a file's own stream time; of a live
// source since its session began, straight through interruptions.
struct Alert {
  enum class Event { kStart, kEnd };
  Event event = Event::kStart;
  std::uint64_t number = 0;  // the same for start and end; unique in a session
  WatchQuery query;
  std::string source;      // as it may be shown: without a password
  std::int64_t start = 0;  // of the first picture that matched
  std::int64_t end = 0;    // where the last one that matched gave way to the next; of kStart: as far as is known
  double probability = 0;  // ITM; at the start that of the picture, at the end the best
  std::optional<double> similarity;  // ITC cosine of the same picture
  std::optional<std::int64_t> date;  // of the start, nanoseconds since 1970; live sources only
  std::string clip, thumbnail;       // files; empty: there is none
};

const char* name_of(Alert::Event event) noexcept;  // "start", "end"

// One JSON object, without a line break: event, alert, query, query_id (of standing queries), source, start, end
// (seconds), date ("2026-03-01T12:00:00.250Z"; live), probability, similarity, clip, thumbnail; what is not there is
// null.
std::string alert_json(const Alert& alert);

// "00:00:03.000 begins            a red car  (0.93)", "00:00:03.000 --> 00:00:06.500  a red car  (best 0.97) clip.mp4":
// for people; one line.
std::string alert_text(const Alert& alert);

// "2026-03-01T12:00:00.250Z" of nanoseconds since 1970.
std::string date_text(std::int64_t nanoseconds);

}  // namespace blip
