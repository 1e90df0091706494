#include "pipelines/serve/http/connection_queue.h"

#include <utility>

namespace blip {

ConnectionQueue::ConnectionQueue(std::size_t threads, std::size_t waiting, std::function<void(const Task&)> refuse)
    : most_threads_(threads), most_waiting_(waiting), refuse_(std::move(refuse)) {}

ConnectionQueue::~ConnectionQueue() {
  ConnectionQueue::shutdown();
}

void ConnectionQueue::enqueue(Task task) {
  {
    const std::lock_guard lock(mutex_);
    const bool room = idle_ > waiting_.size() || threads_.size() < most_threads_;
    if (room || waiting_.size() < most_waiting_) {
      waiting_.push_back(std::move(task));
      if (idle_ < waiting_.size() && threads_.size() < most_threads_) threads_.emplace_back([this] { serve(); });
      changed_.notify_one();
      return;
    }
  }
  refuse_(task);
}

void ConnectionQueue::shutdown() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    threads.swap(threads_);
  }
  changed_.notify_all();
  for (std::thread& thread : threads) thread.join();
}

bool ConnectionQueue::crowded() const {
  const std::lock_guard lock(mutex_);
  return threads_.size() >= most_threads_ && waiting_.size() > idle_;
}

void ConnectionQueue::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
    --idle_;
    if (waiting_.empty()) return;
    const Task task = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
}

}  // namespace blip
