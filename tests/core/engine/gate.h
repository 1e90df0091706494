#pragma once

#include <condition_variable>
#include <mutex>

namespace blip::test {

// Holds whoever passes until it is opened, and tells when somebody is there. Whoever passes uses it until he is
// through, so it goes, opened, after the last of them.
class Gate {
 public:
  Gate() = default;
  ~Gate() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_ == 0; });
  }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    ++inside_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    --inside_;
    changed_.notify_all();
  }
  void wait_for_arrival(int count = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= count; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0, inside_ = 0;
  bool open_ = false;
};

}  // namespace blip::test
