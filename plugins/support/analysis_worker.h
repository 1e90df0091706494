#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "core/base/outcome.h"
#include "plugins/support/finding.h"
#include "plugins/support/frame_job.h"

namespace blip {

// Which job gives way when there are too many.
enum class MakeRoom {
  kWait,        // none: who submits waits
  kDropNew,     // the one that comes
  kDropOldest,  // the oldest that waits and is ready; those whose features are still being made are kept
};

struct WorkerLimits {
  std::size_t in_flight = 1;  // jobs that are analysed together
  std::size_t waiting = 1;    // jobs that wait meanwhile
  MakeRoom make_room = MakeRoom::kWait;
};

// One thread that runs the analyses of one element, in order. A job whose features are still being made upstream waits
// without anybody waiting for it. Thread-safe.
class AnalysisWorker {
 public:
  // Called on the worker's thread, without a lock, unless noted; none may throw.
  struct Hooks {
    std::function<bool()> open;  // before the first analysis; false ends the work
    std::function<std::vector<Outcome<Finding>>(std::span<FrameJob>)>
        analyse;                                                            // jobs of equal settings and stream part
    std::function<bool(const FrameJob&, const Outcome<Finding>&)> deliver;  // false ends the work
    std::function<void(const FrameJob&)> skipped;  // made room, or its features were dropped; any thread
    std::function<void(bool)> cancel;              // true: the analysis in progress is not wanted; any thread
  };
  enum class Submitted { kQueued, kFlushing, kFailed };

  explicit AnalysisWorker(Hooks hooks);
  ~AnalysisWorker() { stop(); }
  AnalysisWorker(const AnalysisWorker&) = delete;
  AnalysisWorker& operator=(const AnalysisWorker&) = delete;

  void start();  // the thread begins by opening
  void stop();   // cancels the call in flight, drops the rest
  Submitted submit(FrameJob job, const WorkerLimits& limits);
  // Waits until everything submitted is delivered; with `in_flight_only`, what has not begun is skipped instead. False
  // when flushing or failed.
  bool drain(bool in_flight_only = false);
  // On: drops what waits, and the result of the call in flight will not be delivered; wakes everybody.
  void set_flushing(bool flushing);
  std::size_t waiting() const;  // jobs that wait or run
  bool failed() const;

 private:
  // Outlives the worker in the hands of features that settle later.
  struct Doorbell {
    std::mutex mutex;
    std::condition_variable rung;
  };

  void run();
  std::vector<FrameJob> next_jobs(std::vector<FrameJob>& skipped);
  void watch(const FrameJob& job);
  bool stopped() const { return flushing_ || stopping_ || failed_; }
  void tell_skipped(const std::vector<FrameJob>& jobs) const;

  Hooks hooks_;
  std::thread thread_;
  std::shared_ptr<Doorbell> bell_ = std::make_shared<Doorbell>();
  std::condition_variable changed_;
  std::deque<FrameJob> jobs_;
  WorkerLimits limits_;
  std::uint64_t epoch_ = 0;  // raised by a flush
  std::size_t running_ = 0;
  bool flushing_ = false, stopping_ = false, failed_ = false;
};

}  // namespace blip
