#include "pipelines/indexing/indexing_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/cue_text.h"

namespace blip {
namespace {

std::string counted(std::int64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

// Times that are read to the millisecond.
double seconds(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds / 1'000'000) / 1000;
}

// Nanoseconds. Videos that wait are taken to be as long as the others; where lengths are not known, to take as long.
std::optional<std::int64_t> time_left(const IndexingCounts& counts, const std::vector<VideoPosition>& current,
                                      std::int64_t looked_at, std::int64_t elapsed) {
  const auto waiting = static_cast<double>(counts.videos - counts.done()) - static_cast<double>(current.size());
  double left = 0, length = static_cast<double>(counts.duration);
  for (const VideoPosition& video : current) {
    left += static_cast<double>(std::max<std::int64_t>(video.duration - video.position, 0));
    length += static_cast<double>(video.duration);
  }
  const auto has_length = [](const VideoPosition& video) { return video.duration > 0; };
  if (looked_at > 0 && std::ranges::all_of(current, has_length)) {
    const double known = static_cast<double>(counts.indexed) + static_cast<double>(current.size());
    left += waiting * length / std::max(known, 1.0);
    return std::llround(left * static_cast<double>(elapsed) / static_cast<double>(looked_at));
  }
  if (counts.done() == 0) return std::nullopt;
  return std::llround(static_cast<double>(elapsed) * (static_cast<double>(counts.videos - counts.done())) /
                      static_cast<double>(counts.done()));
}

std::string speed_text(double times) {
  char text[32];
  std::snprintf(text, sizeof text, times < 10 ? "%.1fx" : "%.0fx", times);
  return text;
}

}  // namespace

void IndexingCounts::add(const VideoOutcome& outcome) {
  switch (outcome.state) {
    case VideoOutcome::State::kIndexed:
      ++indexed;
      break;
    case VideoOutcome::State::kUnchanged:
      ++unchanged;
      break;
    case VideoOutcome::State::kMoved:
      ++moved;
      break;
    case VideoOutcome::State::kFailed:
      ++failed;
      break;
    case VideoOutcome::State::kInterrupted:
      ++interrupted;
      break;
  }
  segments += outcome.new_segments;
  repeats += outcome.repeats;
  duration += outcome.duration;
}

std::string summary_text(const IndexingCounts& counts) {
  std::string parts;
  const auto add = [&](std::int64_t count, const char* state) {
    if (count > 0) parts += (parts.empty() ? ": " : ", ") + std::to_string(count) + " " + state;
  };
  add(counts.indexed, "indexed");
  add(counts.unchanged, "unchanged");
  add(counts.moved, "moved");
  add(counts.failed, "failed");
  add(counts.interrupted, "interrupted");
  return counted(counts.videos, "video", "videos") + parts + "; " + counted(counts.segments, "segment", "segments") +
         ", " + counted(counts.repeats, "repeated frame", "repeated frames") + " skipped";
}

std::string indexing_progress(const IndexingCounts& counts, const std::vector<VideoPosition>& current,
                              std::int64_t elapsed) {
  std::string text = std::to_string(counts.done()) + "/" + counted(counts.videos, "video", "videos");
  std::int64_t looked_at = counts.duration;
  for (const VideoPosition& video : current) looked_at += video.position;
  if (!current.empty()) {
    const VideoPosition& first = current.front();
    text += ", " + one_line(std::filesystem::path(first.path).filename().string()) + " " +
            short_duration_text(first.position);
    if (first.duration > 0) text += " of " + short_duration_text(first.duration);
    if (current.size() > 1) text += " (and " + std::to_string(current.size() - 1) + " more)";
  }
  if (elapsed > 0 && looked_at > 0)
    text += ", " + speed_text(static_cast<double>(looked_at) / static_cast<double>(elapsed)) + " real time";
  if (const auto left = time_left(counts, current, looked_at, elapsed)) text += ", ETA " + short_duration_text(*left);
  return text;
}

std::string outcome_json(const VideoOutcome& outcome) {
  nlohmann::ordered_json line{{"path", outcome.path}, {"state", name_of(outcome.state)}};
  if (!outcome.error.empty()) line["error"] = outcome.error;
  line["segments"] = outcome.segments;
  line["new_segments"] = outcome.new_segments;
  line["repeated_frames"] = outcome.repeats;
  line["duration"] = seconds(outcome.duration);
  line["resumed"] = outcome.resumed;
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace blip
