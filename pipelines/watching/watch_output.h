#pragma once

#include <deque>
#include <mutex>
#include <string>

#include "pipelines/terminal/console.h"
#include "pipelines/watching/alert.h"
#include "pipelines/watching/caption_track.h"

namespace blip {

// What sessions find, on its way to stdout and the console: sessions hand it over from their threads without waiting,
// the main thread writes it.
class WatchOutput {
 public:
  // `several`: lines of text name their source.
  WatchOutput(bool json, bool several, Console& console) : json_(json), several_(several), console_(console) {}
  ~WatchOutput();
  WatchOutput(const WatchOutput&) = delete;
  WatchOutput& operator=(const WatchOutput&) = delete;

  void alert(const Alert& alert);
  void caption(const std::string& source, const CaptionCue& cue);
  void message(const std::string& line);  // for stderr

  // Becomes readable when something was handed over: for poll().
  int descriptor() const { return event_; }
  // Writes what was handed over. Throws Error(kFailed) when stdout cannot be written.
  void write();

 private:
  struct Line {
    bool is_record = false;
    std::string text;
  };

  void add(Line line);

  const bool json_, several_;
  Console& console_;
  const int event_ = make_event();
  static int make_event();
  std::mutex mutex_;
  std::deque<Line> lines_;
};

// {"event":"caption","source":…,"cue":…,"start":…,"end":…,"text":…,"closed":…}; times in seconds.
std::string caption_json(const std::string& source, const CaptionCue& cue);

}  // namespace blip
