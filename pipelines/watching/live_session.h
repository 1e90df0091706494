#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/options/gate_settings.h"
#include "pipelines/options/model_settings.h"
#include "pipelines/watching/alert.h"
#include "pipelines/watching/alert_tracker.h"
#include "pipelines/watching/caption_track.h"
#include "pipelines/watching/clip_settings.h"
#include "pipelines/watching/watch_query.h"

namespace blip {

// What a session does. Defaults live here and nowhere else.
struct SessionSettings : GateSettings {
  std::string source;               // a file or URL, see make_source_for()
  ModelSettings model;              // that matches texts; model.model empty = the shipped one
  ModelSettings captioner;          // that captions; empty = `model` where it can do both, else the shipped one
  bool captions = false;            // whether captions are made
  std::vector<WatchQuery> queries;  // may be empty, may change later
  double fps = 2;          // pictures a second that texts are matched with; of live video as many as the model can
  double caption_fps = 1;  // pictures a second that are captioned
  std::int64_t candidates = 16;  // texts a picture is matched with, those most alike by ITC; 0 = all
  double least_similarity = -1;  // ITC cosine below which a text is not matched with a picture at all
  AlertRules rules;
  std::int64_t shortest_caption = 1'500'000'000;  // how long a caption stands at least, nanoseconds
  ClipSettings clips;                             // no directory: none are made
  bool paced = false;                             // files: at the pace of the clock, as a camera gives its pictures
  int attempts = -1;  // failed connections in a row after which a live source is given up; < 0: never
  std::int64_t first_pause = 1'000'000'000;  // before it is connected anew, nanoseconds; doubles up to 30 s
  std::int64_t silence = 15'000'000'000;  // a live source without a picture for so long is connected anew, nanoseconds

  // Throws Error(kInvalidArgument) for a value out of range, or neither queries nor captions.
  void validate() const;
};

enum class SessionState {
  kConnecting,
  kRunning,
  kReconnecting,  // the source was lost, or is not there yet; see `error`
  kEnded,         // the file's end, or stop()
  kFailed,        // see `error`
};
const char* name_of(SessionState state) noexcept;  // "connecting", "running", "reconnecting", "ended", "failed"

struct SessionStatus {
  SessionState state = SessionState::kConnecting;
  std::string error;                       // one line: why it failed, or why it connects anew
  std::int64_t position = 0;               // nanoseconds: the time of the newest picture
  std::int64_t duration = 0;               // nanoseconds; 0 = not known, or without end
  std::uint64_t pictures = 0;              // that the source gave
  std::uint64_t matched = 0;               // pictures that texts were matched with
  std::uint64_t captions = 0, alerts = 0;  // cues and alerts that began
  std::uint64_t reconnects = 0;
  std::uint64_t clips = 0, clips_failed = 0;
  std::optional<double> latency;  // live: seconds from a picture's arrival to its newest caption, or match
  std::string caption;            // the text that stands now
};

// Called on threads of the session, one call at a time; they must be quick and must not call stop(), or destroy the
// session. Any may be empty.
struct SessionListener {
  std::function<void(const CaptionCue&)> caption;   // begins or closes
  std::function<void(const Alert&)> alert;          // an end comes when its clip is complete
  std::function<void(const SessionStatus&)> state;  // changed
  std::function<void(const std::string&)> warning;  // one line
};

// Watches one source in its own thread: finds texts in it (ITM), captions it, keeps clips of what it found. A live
// source is never made to wait: pictures that the model has no time for are passed over. One that is lost is connected
// anew, with growing pauses, for ever unless settings say otherwise; times go on as the clock did. Methods are safe
// from any thread.
class LiveSession {
 public:
  // Returns at once; what is wrong with the source or the model is the state's `error`. Throws what validate() throws.
  LiveSession(SessionSettings settings, SessionListener listener);
  ~LiveSession();  // stop(), wait()
  LiveSession(const LiveSession&) = delete;
  LiveSession& operator=(const LiveSession&) = delete;

  const std::string& source() const;  // as it may be shown
  SessionStatus status() const;
  bool finished() const;  // kEnded or kFailed, all clips written
  // The newest picture as JPEG; none before the first, or when none came for a second. At most two a second are made,
  // and only while somebody asks.
  std::optional<std::string> picture();
  // From the next picture on. Throws Error(kInvalidArgument) as check_watch_queries() does; none at all is allowed.
  void set_queries(std::vector<WatchQuery> queries);
  // Asks it to end: what is open is closed and told, clips are finished with what there is.
  void stop();
  void wait();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
