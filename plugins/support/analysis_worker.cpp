#include "plugins/support/analysis_worker.h"

#include <utility>

namespace blip {
namespace {

constexpr std::size_t kMaxWaiting = 4;

}  // namespace

void AnalysisWorker::start() {
  stop();
  const std::lock_guard lock(mutex_);
  flushing_ = stopping_ = failed_ = false;
  thread_ = std::thread([this] { run(); });
}

void AnalysisWorker::stop() {
  std::deque<FrameJob> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ++epoch_;
    dropped.swap(jobs_);
    work_there_.notify_all();
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

AnalysisWorker::Answer AnalysisWorker::submit(FrameJob job, bool newest_wins) {
  std::unique_lock lock(mutex_);
  Answer answer;
  if (!newest_wins) {
    changed_.wait(lock, [this] { return stopped() || jobs_.size() < kMaxWaiting; });
  } else if (!jobs_.empty()) {
    answer.replaced = std::move(jobs_.front());
    jobs_.pop_front();
  }
  if (stopped()) {
    answer.state = failed_ ? Submitted::kFailed : Submitted::kFlushing;
    return answer;
  }
  jobs_.push_back(std::move(job));
  work_there_.notify_one();
  return answer;
}

bool AnalysisWorker::drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopped() || (jobs_.empty() && !busy_); });
  return !stopped();
}

void AnalysisWorker::set_flushing(bool flushing) {
  std::deque<FrameJob> dropped;
  const std::lock_guard lock(mutex_);
  flushing_ = flushing;
  ++epoch_;
  dropped.swap(jobs_);
  changed_.notify_all();
}

std::size_t AnalysisWorker::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size() + (busy_ ? 1 : 0);
}

bool AnalysisWorker::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

void AnalysisWorker::run() {
  bool good = hooks_.open();
  std::unique_lock lock(mutex_);
  while (good) {
    work_there_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    {
      const FrameJob job = std::move(jobs_.front());
      jobs_.pop_front();
      busy_ = true;
      const std::uint64_t epoch = epoch_;
      changed_.notify_all();
      lock.unlock();
      const auto outcome = hooks_.analyse(job);
      lock.lock();
      const bool wanted = epoch == epoch_;
      lock.unlock();
      if (wanted) good = hooks_.deliver(job, outcome);
    }  // the frame goes back to its pool before anybody learns that the work is done
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
  failed_ = true;
  const std::deque<FrameJob> dropped = std::exchange(jobs_, {});
  changed_.notify_all();
  lock.unlock();
}

}  // namespace blip
