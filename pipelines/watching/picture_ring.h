#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace blip {

// A picture of a live source as JPEG, and its time on the session's line (nanoseconds).
struct KeptPicture {
  std::int64_t time = 0;
  std::shared_ptr<const std::string> jpeg;
};

// The last seconds of a live source, in bounded memory. Thread-safe.
class PictureRing {
 public:
  explicit PictureRing(std::size_t bytes) : most_bytes_(bytes) {}

  // Older pictures go where memory runs out. A picture that is not newer than the newest is left out.
  void add(std::int64_t time, std::string jpeg);
  // Pictures before `time` are not needed any more.
  void forget_before(std::int64_t time);
  std::vector<KeptPicture> between(std::int64_t from, std::int64_t to) const;  // from <= time <= to, by time
  std::optional<KeptPicture> newest() const;
  std::optional<KeptPicture> nearest(std::int64_t time) const;
  std::size_t bytes() const;

 private:
  void drop_first();

  const std::size_t most_bytes_;
  mutable std::mutex mutex_;
  std::deque<KeptPicture> pictures_;  // by time
  std::size_t bytes_ = 0;
};

}  // namespace blip
