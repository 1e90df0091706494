#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace blip {

// How often a client may give a wrong token: after `most` failures within `window`, not before the window is over.
// Counts by address, for the latest 4096 of them. Safe from any thread.
class AttemptLimit {
 public:
  using Clock = std::chrono::steady_clock;
  explicit AttemptLimit(std::size_t most = 10, std::chrono::seconds window = std::chrono::minutes(1))
      : most_(most), window_(window) {}

  // Seconds until the next attempt is looked at; 0 = now.
  std::chrono::seconds wait(const std::string& address, Clock::time_point now);
  void failed(const std::string& address, Clock::time_point now);
  void succeeded(const std::string& address);

 private:
  struct Attempts {
    std::size_t count = 0;
    Clock::time_point since;
  };
  const std::size_t most_;
  const std::chrono::seconds window_;
  std::mutex mutex_;
  std::map<std::string, Attempts> attempts_;
};

}  // namespace blip
