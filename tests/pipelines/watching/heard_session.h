#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "pipelines/watching/live_session.h"

namespace blip::test {

// What a session tells, kept for a test that can wait for it.
class Heard {
 public:
  SessionListener listener() {
    SessionListener all;
    all.caption = [this](const CaptionCue& cue) { note([&] { captions.push_back(cue); }); };
    all.alert = [this](const Alert& alert) { note([&] { alerts.push_back(alert); }); };
    all.state = [this](const SessionStatus& status) { note([&] { states.push_back(status); }); };
    all.warning = [this](const std::string& warning) { note([&] { warnings.push_back(warning); }); };
    return all;
  }

  // Waits until `holds`, which looks at the lists below; false after half a minute.
  bool wait(const std::function<bool()>& holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), holds);
  }

  // "start a car", "end a car", …
  std::vector<std::string> told() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> lines;
    for (const Alert& alert : alerts) lines.push_back(std::string(name_of(alert.event)) + " " + alert.query.text);
    return lines;
  }

  std::vector<CaptionCue> captions;
  std::vector<Alert> alerts;
  std::vector<SessionStatus> states;
  std::vector<std::string> warnings;

 private:
  template <class Body>
  void note(const Body& body) {
    const std::lock_guard lock(mutex_);
    body();
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace blip::test
