#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "plugins/support/cue_track.h"
#include "plugins/support/gst_handles.h"

namespace blip {

// What waits for the text pad's task: cues, gaps and events in their order. The streaming thread puts frames and events
// in, the worker results; nobody ever waits to put something in. Thread-safe; no lock is held while something is pushed
// downstream.
class TextQueue {
 public:
  using Item = std::variant<TextStep, EventPtr>;

  using Duration = std::chrono::steady_clock::duration;

  // `video_stalled` says for how long downstream has kept one video buffer waiting. When that is long, it may be the
  // text that it waits for: an open cue is then given out as far as it is known, and from there on sooner.
  explicit TextQueue(std::function<Duration()> video_stalled) : video_stalled_(std::move(video_stalled)) {}

  void set_mode(CueMode mode);
  // On live streams: a cue that is open while nothing has come in for so long is ended. Zero: it may stay open.
  void set_max_age(Duration age);
  void advance(std::int64_t time);
  void sampled(std::uint64_t id, std::int64_t start, std::optional<std::int64_t> end);
  void resolve(std::uint64_t id, std::shared_ptr<const Finding> finding);
  void drop(std::uint64_t id);
  // The events take their place after all text before; see CueTrack::mark().
  void mark(std::optional<std::int64_t> end, std::optional<std::int64_t> restart, EventPtr event);

  // With the pad there (on), it is told where the stream is; without, text is counted but not kept.
  void set_wanted(bool wanted);
  // Waits for an item, which counts as being pushed until done(). Empty when flushing.
  std::optional<Item> pop();
  void done(GstFlowReturn flow);
  // Waits for done(); false when it does not come within `limit`.
  bool wait_done(std::chrono::milliseconds limit);
  GstFlowReturn flow() const;

  // On: drops what waits and wakes the task; the stream's start is kept for afterwards.
  void set_flushing(bool flushing);
  // Wakes the task of a pad that goes away, or lets the one of a new pad run. Text is not touched.
  void set_pad_active(bool active);
  // Forgets the stream, too.
  void clear();

 private:
  void collect();
  void emit(EventPtr event);
  void flush_track();
  void look_after_open_cue();

  std::function<Duration()> video_stalled_;
  mutable std::mutex mutex_;
  std::condition_variable item_there_, pushed_;
  CueTrack track_;
  Duration patience_{}, max_age_{};
  std::chrono::steady_clock::time_point last_news_;  // when a frame last came in
  std::deque<EventPtr> marks_;                       // the events of the track's marks that are still to come
  std::deque<Item> items_;
  EventPtr stream_start_, segment_,
      end_;  // as they last came out of the track; `started_`: the pad's task has had the first
  bool wanted_ = false, active_ = false, flushing_ = false, pushing_ = false, started_ = false;
  GstFlowReturn flow_ = GST_FLOW_OK;
};

}  // namespace blip
