#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/engine/caller.h"
#include "core/engine/device_worker.h"
#include "core/engine/feature_cache.h"
#include "core/engine/request.h"

namespace blip {

// One caller's way to the worker of its model's device. It may go while its request runs: the request is stale then,
// and nobody waits for it.
class Session {
 public:
  Session(std::shared_ptr<Caller> caller, std::shared_ptr<DeviceWorker> worker);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const std::shared_ptr<Caller>& caller() const { return caller_; }
  // Blocks until the request is done; at once when it has no items. Throws the Error it failed with, kCancelled as soon
  // as the session is cancelled.
  void run(const std::shared_ptr<Request>& request);
  // Constant time, from any thread: the call in progress and all that follow end with kCancelled, until resume().
  void cancel() noexcept;
  void resume() noexcept;
  void throw_if_cancelled() const;

 private:
  std::shared_ptr<Caller> caller_;
  std::shared_ptr<DeviceWorker> worker_;
};

// All computing of a process: a worker for each device. Safe from any thread.
class Scheduler {
 public:
  explicit Scheduler(std::shared_ptr<FeatureCache> cache) : cache_(std::move(cache)) {}
  ~Scheduler();  // as stop()

  std::unique_ptr<Session> open(ServedModel model, const SessionOptions& options);
  void stop() noexcept;  // every session's calls fail with kCancelled from now on

 private:
  const std::shared_ptr<FeatureCache> cache_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::map<std::string, std::shared_ptr<DeviceWorker>> workers_;  // by device
};

}  // namespace blip
