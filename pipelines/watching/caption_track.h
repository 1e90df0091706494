#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace blip {

// A caption and when it stands. Those who show cues replace one by the newer one with the same number.
struct CaptionCue {
  std::uint64_t number = 0;  // counts up from 1
  std::int64_t start = 0;    // nanoseconds
  std::int64_t end = 0;      // as far as is known; settled when `closed`
  std::string text;
  bool closed = false;  // the next one follows, or there is nothing to be seen any more
};

// Makes cues of what a model says picture by picture: a new one only when the text changes, and not before the one
// before could be read. Not thread-safe.
class CaptionTrack {
 public:
  // `shortest`: how long a cue stands at least, nanoseconds. `gap`: a longer stretch without pictures ends a cue.
  explicit CaptionTrack(std::int64_t shortest, std::int64_t gap = 10'000'000'000) : shortest_(shortest), gap_(gap) {}

  // What the model says of the picture that is shown from `start` to `end` (nanoseconds, rising). Returns what is to be
  // told: the cue that closes, the one that begins; nothing while the text stays.
  std::vector<CaptionCue> add(std::int64_t start, std::int64_t end, const std::string& text);
  // Nothing more comes, for now: closes the cue, at `latest` at the latest.
  std::vector<CaptionCue> finish(std::int64_t latest = std::numeric_limits<std::int64_t>::max());
  const std::optional<CaptionCue>& current() const { return current_; }

 private:
  void close(std::int64_t end, std::vector<CaptionCue>& told);
  void begin(std::int64_t start, std::int64_t end, const std::string& text, std::vector<CaptionCue>& told);

  const std::int64_t shortest_, gap_;
  std::uint64_t cues_ = 0;
  std::optional<CaptionCue> current_;
};

}  // namespace blip
