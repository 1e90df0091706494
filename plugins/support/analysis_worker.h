#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "plugins/support/analysis.h"
#include "plugins/support/frame_view.h"
#include "plugins/support/gst_handles.h"

namespace blip {

// When a frame is shown, in ns; stream and running time are GST_CLOCK_TIME_NONE outside the segment.
struct FrameTimes {
  std::uint64_t timestamp = 0, stream_time = 0, running_time = 0;
  std::uint64_t duration = GST_CLOCK_TIME_NONE;  // of the frame's text
};

// A sampled frame on its way to the model.
struct FrameJob {
  std::uint64_t id = 0;
  BufferPtr buffer;
  std::shared_ptr<const FrameFormat> format;
  Orientation orientation = Orientation::kUpright;
  FrameTimes times;
  FrameTask task;
  bool live = false;
  std::chrono::steady_clock::time_point submitted = std::chrono::steady_clock::now();
};

// One thread that runs the analyses of one element, in order. What waits is bounded: a file's streaming thread waits
// for room, of a live stream the newest frame takes the place of the one that waits. Thread-safe.
class AnalysisWorker {
 public:
  // Called on the worker's thread, without a lock; none may throw.
  struct Hooks {
    std::function<bool()> open;  // before the first analysis; false ends the work
    std::function<Outcome<Finding>(const FrameJob&)> analyse;
    std::function<bool(const FrameJob&, const Outcome<Finding>&)> deliver;  // false ends the work
  };
  enum class Submitted { kQueued, kFlushing, kFailed };
  struct Answer {
    Submitted state = Submitted::kQueued;
    std::optional<FrameJob> replaced;  // what had to make room
  };

  explicit AnalysisWorker(Hooks hooks) : hooks_(std::move(hooks)) {}
  ~AnalysisWorker() { stop(); }
  AnalysisWorker(const AnalysisWorker&) = delete;
  AnalysisWorker& operator=(const AnalysisWorker&) = delete;

  void start();  // the thread begins by opening
  void stop();   // waits for the call in flight, drops the rest
  Answer submit(FrameJob job, bool newest_wins);
  // Waits until everything submitted is delivered; false when flushing or failed.
  bool drain();
  // On: drops what waits, and the result of the call in flight will not be delivered; wakes everybody.
  void set_flushing(bool flushing);
  std::size_t waiting() const;
  bool failed() const;

 private:
  void run();
  bool stopped() const { return flushing_ || stopping_ || failed_; }

  Hooks hooks_;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::condition_variable work_there_, changed_;
  std::deque<FrameJob> jobs_;
  std::uint64_t epoch_ = 0;  // raised by a flush
  bool busy_ = false, flushing_ = false, stopping_ = false, failed_ = false;
};

}  // namespace blip
