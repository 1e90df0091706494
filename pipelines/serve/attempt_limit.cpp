#include "pipelines/serve/attempt_limit.h"

#include <algorithm>

namespace blip {
namespace {

constexpr std::size_t kMostAddresses = 4096;

}  // namespace

std::chrono::seconds AttemptLimit::wait(const std::string& address, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto found = attempts_.find(address);
  if (found == attempts_.end() || found->second.count < most_) return std::chrono::seconds(0);
  const auto left = std::chrono::ceil<std::chrono::seconds>(found->second.since + window_ - now);
  return std::max(left, std::chrono::seconds(0));
}

void AttemptLimit::failed(const std::string& address, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (attempts_.size() >= kMostAddresses && attempts_.count(address) == 0)
    attempts_.erase(std::min_element(attempts_.begin(), attempts_.end(),
                                     [](const auto& a, const auto& b) { return a.second.since < b.second.since; }));
  Attempts& attempts = attempts_[address];
  if (attempts.count == 0 || now - attempts.since >= window_) attempts = {0, now};
  ++attempts.count;
}

void AttemptLimit::succeeded(const std::string& address) {
  const std::lock_guard lock(mutex_);
  attempts_.erase(address);
}

}  // namespace blip
