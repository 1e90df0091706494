#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

namespace blip {

// One time line for a live source that comes and goes. Each connection counts its stream time from where it likes; its
// first picture is put at the moment it arrived, and the following ones keep their distance to it. A jump of the
// source's clock is put right the same way, so nothing adds up. All times are nanoseconds; `now` is a steady clock's,
// since the session began. Thread-safe.
class SessionClock {
 public:
  // `live` false: stream time is kept as it is.
  explicit SessionClock(bool live) : live_(live) {}

  void begin_connection();
  // A picture arrived. Returns its time on the session's line, which never goes back.
  std::int64_t note_picture(std::int64_t stream_time, std::int64_t now);
  // The time of something said about a picture that arrived not long before `now`.
  std::int64_t session_time(std::int64_t stream_time, std::int64_t now) const;
  // From now on stream time is kept (false) or not: for sources of which one learns late what they are. Before the
  // first picture.
  void set_live(bool live);

 private:
  std::int64_t mapped(std::int64_t stream_time, std::int64_t now) const;

  mutable std::mutex mutex_;
  bool live_;
  std::vector<std::int64_t> offsets_;  // of this connection: session time - stream time; the newest two
  std::int64_t newest_ = 0;            // session time of the newest picture
};

}  // namespace blip
