#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/engine/decode_pool.h"
#include "core/engine/fair_queue.h"
#include "core/engine/feature_cache.h"
#include "core/engine/request.h"

namespace blip {

// What a live caller's worker adds to its nice value, and so do the threads that the backend starts from it.
inline constexpr int kLiveNice = 10;

// The one thread that computes on one device. Turn by turn it runs at most one batch of other requests and one decoding
// step of one model, so that neither waits long for the other. The thread starts with the first caller and ends with
// the last. While a caller is live it runs at a lower priority: since a thread may lower its own priority but not raise
// it again, a new thread takes over when that changes, at the next turn. A slow caller never holds it up: an end only
// sets a state and notifies.
class DeviceWorker {
 public:
  explicit DeviceWorker(std::shared_ptr<FeatureCache> cache);
  ~DeviceWorker();  // as stop()
  DeviceWorker(const DeviceWorker&) = delete;
  DeviceWorker& operator=(const DeviceWorker&) = delete;

  void attach(std::shared_ptr<const Caller> caller);
  void detach(const Caller& caller) noexcept;
  // Throws Error(kCancelled) after stop().
  void submit(std::shared_ptr<Request> request);
  void wake() noexcept;  // something became stale
  // Waits for the turn in progress; what still waits fails with kCancelled.
  void stop() noexcept;

  bool running() const;  // whether there is a thread

 private:
  using Clock = Request::Clock;
  struct Thread {
    std::thread thread;
    bool ended = false;
  };

  void ensure_thread();  // with the mutex held
  void run(Thread& self, bool live);
  bool run_batch_turn(std::unique_lock<std::mutex>& lock);
  bool decode_turn(std::unique_lock<std::mutex>& lock);
  std::vector<Slice> take_sequences();
  bool more_may_come(const Backend* model) const;

  const std::shared_ptr<FeatureCache> cache_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<const Caller>> callers_;
  FairQueue batches_, decodes_;
  std::map<const Backend*, DecodePool> pools_;  // the busy thread's alone
  const Backend* last_stepped_ = nullptr;
  std::list<Thread> threads_;
  Thread* in_charge_ = nullptr;  // may run turns; others end
  bool in_charge_live_ = false;
  bool busy_ = false;  // a thread is inside its turns
  bool stopped_ = false;
};

}  // namespace blip
