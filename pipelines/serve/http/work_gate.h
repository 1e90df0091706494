#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace blip {

// Bounds how much of one kind of work runs at a time, and how much waits for it. Safe from any thread; must live longer
// than its passes.
class WorkGate {
 public:
  WorkGate(std::size_t running, std::size_t waiting, std::chrono::milliseconds patience)
      : most_running_(running), most_waiting_(waiting), patience_(patience) {}

  // The work may run while the pass lives. Throws HttpRefusal(503) when too much waits already, or it waited too long.
  std::shared_ptr<void> enter();

 private:
  const std::size_t most_running_, most_waiting_;
  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t running_ = 0, waiting_ = 0;
};

}  // namespace blip
