#include "pipelines/serve/login_sessions.h"

#include <algorithm>

#include "pipelines/serve/secret_text.h"

namespace blip {
namespace {

constexpr std::size_t kMostSessions = 1024;
constexpr std::chrono::hours kUnused{24 * 7};

}  // namespace

std::string LoginSessions::begin(Access role, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (sessions_.size() == kMostSessions) sessions_.erase(sessions_.begin());
  sessions_.push_back({random_secret(), role, now});
  return sessions_.back().secret;
}

std::optional<Access> LoginSessions::role(const std::string& secret, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto session = find(secret);
  if (session == sessions_.end()) return std::nullopt;
  if (now - session->used > kUnused) {
    sessions_.erase(session);
    return std::nullopt;
  }
  session->used = now;
  return session->role;
}

void LoginSessions::end(const std::string& secret) {
  const std::lock_guard lock(mutex_);
  const auto session = find(secret);
  if (session != sessions_.end()) sessions_.erase(session);
}

std::vector<LoginSessions::Session>::iterator LoginSessions::find(const std::string& secret) {
  return std::find_if(sessions_.begin(), sessions_.end(),
                      [&](const Session& session) { return same_secret(session.secret, secret); });
}

}  // namespace blip
