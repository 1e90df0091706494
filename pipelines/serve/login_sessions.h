#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/serve/http/route_table.h"

namespace blip {

// Browsers that have logged in, by the random value in their cookie. The newest 1024; each ends a week after it was
// used last, and with the program. Safe from any thread.
class LoginSessions {
 public:
  using Clock = std::chrono::steady_clock;
  std::string begin(Access role, Clock::time_point now);
  std::optional<Access> role(const std::string& secret, Clock::time_point now);
  void end(const std::string& secret);

 private:
  struct Session {
    std::string secret;
    Access role;
    Clock::time_point used;
  };
  std::vector<Session>::iterator find(const std::string& secret);

  std::mutex mutex_;
  std::vector<Session> sessions_;  // oldest first
};

}  // namespace blip
