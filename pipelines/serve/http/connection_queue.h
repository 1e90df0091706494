#pragma once

#include <httplib.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace blip {

// The threads that serve connections, one each, and the connections that wait for one. Bounded: those beyond are given
// to `refuse` at once, on the caller's thread.
class ConnectionQueue : public httplib::TaskQueue {
 public:
  using Task = std::function<void()>;
  ConnectionQueue(std::size_t threads, std::size_t waiting, std::function<void(const Task&)> refuse);
  ~ConnectionQueue() override;

  void enqueue(Task task) override;
  void shutdown() override;  // serves what waits, then ends the threads

  // Whether connections wait while all threads are taken: those that idle should make room.
  bool crowded() const;

 private:
  void serve();

  const std::size_t most_threads_, most_waiting_;
  const std::function<void(const Task&)> refuse_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> waiting_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool ended_ = false;
};

}  // namespace blip
