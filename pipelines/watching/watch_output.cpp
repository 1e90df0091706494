#include "pipelines/watching/watch_output.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"
#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/cue_text.h"

namespace blip {
namespace {

double seconds_of(std::int64_t nanoseconds) {
  return std::round(static_cast<double>(nanoseconds) / 1e6) / 1e3;
}

}  // namespace

std::string caption_json(const std::string& source, const CaptionCue& cue) {
  nlohmann::ordered_json json;
  json["event"] = "caption";
  json["source"] = source;
  json["cue"] = cue.number;
  json["start"] = seconds_of(cue.start);
  json["end"] = seconds_of(cue.end);
  json["text"] = cue.text;
  json["closed"] = cue.closed;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

WatchOutput::~WatchOutput() {
  close(event_);
}

int WatchOutput::make_event() {
  const int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event < 0)
    throw Error(ErrorKind::kFailed, std::string("cannot make an event descriptor: ") + std::strerror(errno));
  return event;
}

void WatchOutput::alert(const Alert& alert) {
  if (json_) return add({true, alert_json(alert)});
  add({true, (several_ ? one_line(alert.source) + ": " : "") + alert_text(alert)});
}

void WatchOutput::caption(const std::string& source, const CaptionCue& cue) {
  if (json_) return add({true, caption_json(source, cue)});
  if (!cue.closed)
    add({true, (several_ ? one_line(source) + ": " : "") + clock_text(cue.start, '.') + "  " + one_line(cue.text)});
}

void WatchOutput::message(const std::string& line) {
  add({false, line});
}

void WatchOutput::add(Line line) {
  {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event_, &one, sizeof one);
}

void WatchOutput::write() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read_bytes = read(event_, &count, sizeof count);
  std::deque<Line> lines;
  {
    const std::lock_guard lock(mutex_);
    lines.swap(lines_);
  }
  if (lines.empty()) return;
  console_.clear_progress();
  for (const Line& line : lines) {
    if (!line.is_record) {
      console_.line(line.text);
      continue;
    }
    if (std::fwrite(line.text.data(), 1, line.text.size(), stdout) != line.text.size() || std::fputc('\n', stdout) < 0)
      throw Error(ErrorKind::kFailed, std::string("cannot write to standard output: ") + std::strerror(errno));
  }
  if (std::fflush(stdout) != 0)
    throw Error(ErrorKind::kFailed, std::string("cannot write to standard output: ") + std::strerror(errno));
}

}  // namespace blip
