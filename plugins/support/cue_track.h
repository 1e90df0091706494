#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "plugins/support/finding.h"

namespace blip {

enum class CueMode {
  kImmediate,  // a cue a sampled frame, as soon as its text is known
  kCoalesce,   // equal consecutive texts are one cue, given out when its end is known
};

// One step of the text's time line; steps are contiguous and never overlap. A gap may be empty. Times in ns of the
// segment's buffers.
struct TextStep {
  enum class Kind { kCue, kGap, kMark } kind;
  std::int64_t start = 0;
  std::int64_t end = 0;                    // exclusive; a mark has none
  std::shared_ptr<const Finding> finding;  // of a cue
};

// Turns samples (in presentation order) and their results (in any order) into cues and gaps without holes. Not
// thread-safe.
//   frames and samples come in through advance() and sampled(), results through resolve() and drop(), marks stand for
//   events that have to keep their place in the time line. take() gives what is settled so far.
class CueTrack {
 public:
  using Time = std::int64_t;

  void set_mode(CueMode mode) { mode_ = mode; }
  // A frame (or a gap of the video) begins at `time`: all before has been seen.
  void advance(Time time);
  // The frame at `start` is being analysed; its text is to stand until `end`, or until the next frame when that is not
  // known.
  void sampled(std::uint64_t id, Time start, std::optional<Time> end);
  // The result of a sample; null = there is none. Ids that are not waited for are ignored.
  void resolve(std::uint64_t id, std::shared_ptr<const Finding> finding);
  // The sample was skipped: immediate mode leaves a gap, coalescing goes on as if it had not been taken.
  void drop(std::uint64_t id);
  // The stream, or its segment, ends at `end` (none: with the newest frame). A mark step follows the last cue; then the
  // time line goes on at `restart`, if given.
  void mark(std::optional<Time> end, std::optional<Time> restart);
  // Gives the open cue out as far as it is known, for a consumer that waits for it. False when there is nothing to
  // give, or while a sample is waited for.
  bool flush_open();
  // Ends the open cue where the stream is: its text is out of date. False when there is none.
  bool end_open();
  // Forgets everything, after a flush of the stream.
  void reset();

  bool has_open_cue() const { return open_.has_value(); }
  std::vector<TextStep> take();

 private:
  enum class State { kWaiting, kFound, kSkipped };
  struct Entry {
    bool is_mark = false;
    std::uint64_t id = 0;
    Time start = 0;
    std::optional<Time> end;      // none: the next frame decides; of a mark: the stream's end
    std::optional<Time> restart;  // of a mark
    State state = State::kWaiting;
    std::shared_ptr<const Finding> finding;
  };
  struct OpenCue {
    Time start = 0;
    Time known_end = 0;  // no other text can begin before
    std::shared_ptr<const Finding> finding;
  };

  void pump();
  void end_last_sample(Time end);
  bool settle_immediate(const Entry& entry);
  void settle_coalesced(const Entry& entry);
  void settle_mark(const Entry& entry);
  void settle(std::uint64_t id, State state, std::shared_ptr<const Finding> finding);
  void close_open(Time end);
  void emit_gap(Time end);
  void emit_cue(Time start, Time end, std::shared_ptr<const Finding> finding);

  CueMode mode_ = CueMode::kImmediate;
  std::deque<Entry> entries_;
  std::optional<OpenCue> open_;
  std::optional<Time> position_;  // end of the last step
  Time seen_ = 0;                 // begin of the newest frame
  std::vector<TextStep> steps_;
};

}  // namespace blip
