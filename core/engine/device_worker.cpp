#include "core/engine/device_worker.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/engine/batch_runner.h"

namespace blip {
namespace {

// Threads that this one starts from now on inherit it.
void lower_own_priority() {
  const auto self = static_cast<id_t>(syscall(SYS_gettid));
  setpriority(PRIO_PROCESS, self, std::min(getpriority(PRIO_PROCESS, self) + kLiveNice, 19));
}

}  // namespace

DeviceWorker::DeviceWorker(std::shared_ptr<FeatureCache> cache) : cache_(std::move(cache)) {}

DeviceWorker::~DeviceWorker() {
  stop();
}

void DeviceWorker::attach(std::shared_ptr<const Caller> caller) {
  const std::lock_guard lock(mutex_);
  if (stopped_) throw Error(ErrorKind::kCancelled, "the engine has been shut down");
  callers_.push_back(std::move(caller));
  try {
    ensure_thread();
  } catch (...) {
    callers_.pop_back();
    throw;
  }
}

void DeviceWorker::detach(const Caller& caller) noexcept {
  const std::lock_guard lock(mutex_);
  std::erase_if(callers_, [&](const auto& other) { return other.get() == &caller; });
  if (!callers_.empty() && !stopped_) {
    try {
      ensure_thread();
    } catch (...) {  // the thread in charge goes on, at its priority
    }
  }
  changed_.notify_all();
}

// Puts a thread of the right priority in charge.
void DeviceWorker::ensure_thread() {
  const bool live = std::any_of(callers_.begin(), callers_.end(), [](const auto& c) { return c->options().live; });
  if (in_charge_ != nullptr && in_charge_live_ == live) return;
  for (auto at = threads_.begin(); at != threads_.end();) {
    if (at->ended) at->thread.join();  // it has nothing left to do
    at = at->ended ? threads_.erase(at) : std::next(at);
  }
  Thread& next = threads_.emplace_back();
  try {
    next.thread = std::thread([this, &next, live] { run(next, live); });
  } catch (...) {
    threads_.pop_back();
    throw;
  }
  in_charge_ = &next;
  in_charge_live_ = live;
  changed_.notify_all();
}

void DeviceWorker::submit(std::shared_ptr<Request> request) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) throw Error(ErrorKind::kCancelled, "the engine has been shut down");
    FairQueue& queue = request->kind() == RequestKind::kDecode ? decodes_ : batches_;
    queue.push(std::move(request), Clock::now());
  }
  changed_.notify_all();
}

void DeviceWorker::wake() noexcept {
  { const std::lock_guard lock(mutex_); }
  changed_.notify_all();
}

bool DeviceWorker::running() const {
  const std::lock_guard lock(mutex_);
  return in_charge_ != nullptr;
}

void DeviceWorker::stop() noexcept {
  std::list<Thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    in_charge_ = nullptr;
    threads.splice(threads.end(), threads_);
  }
  changed_.notify_all();
  for (Thread& thread : threads) thread.thread.join();
  const std::lock_guard lock(mutex_);
  for (FairQueue* queue : {&batches_, &decodes_}) {
    for (const auto& request : queue->take_all())
      request->fail({ErrorKind::kCancelled, "the engine has been shut down"});
  }
  for (auto& [model, pool] : pools_) pool.abandon({ErrorKind::kCancelled, "the engine has been shut down"});
  pools_.clear();
}

void DeviceWorker::run(Thread& self, bool live) {
  if (live) lower_own_priority();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !busy_; });  // the thread before this one finishes its turn
  busy_ = true;
  while (in_charge_ == &self) {
    bool worked = run_batch_turn(lock);
    worked = decode_turn(lock) || worked;
    if (worked || in_charge_ != &self) continue;
    if (callers_.empty()) {
      in_charge_ = nullptr;
    } else if (const auto ready = batches_.ready_at()) {
      changed_.wait_until(lock, *ready);
    } else {
      changed_.wait(lock);
    }
  }
  busy_ = false;
  self.ended = true;
  changed_.notify_all();
}

bool DeviceWorker::run_batch_turn(std::unique_lock<std::mutex>& lock) {
  std::vector<Slice> batch =
      batches_.take_batch(Clock::now(), [&](const Backend* model) { return more_may_come(model); });
  if (batch.empty()) return false;
  lock.unlock();
  run_batch(batch, *cache_);
  batch.clear();  // the last to hold a request, and through it a model, frees it without the lock
  lock.lock();
  return true;
}

// Sequences join as their models have room, then one model makes a step; models take turns.
bool DeviceWorker::decode_turn(std::unique_lock<std::mutex>& lock) {
  const std::vector<Slice> joining = take_sequences();
  if (pools_.empty()) return false;
  lock.unlock();
  for (auto& [model, pool] : pools_) pool.drop_stale();
  for (const Slice& slice : joining) pools_.at(slice.request->model().backend.get()).join(slice);
  auto next = pools_.upper_bound(last_stepped_);
  if (next == pools_.end()) next = pools_.begin();
  last_stepped_ = next->first;
  next->second.step();
  std::erase_if(pools_, [](const auto& item) { return item.second.idle(); });
  lock.lock();
  return true;
}

std::vector<Slice> DeviceWorker::take_sequences() {
  std::vector<Slice> joining;
  std::map<const Backend*, std::size_t> more;
  const auto fits = [&](const Request& request) {
    const Backend* model = request.model().backend.get();
    const auto pool = pools_.find(model);
    const auto batch_size = static_cast<std::size_t>(request.caller().options().batch_size);
    return pool == pools_.end() ? more[model] < batch_size : pool->second.has_room(batch_size, more[model]);
  };
  for (Slice slice = decodes_.take_one(fits); slice.request != nullptr; slice = decodes_.take_one(fits)) {
    ++more[slice.request->model().backend.get()];
    joining.push_back(std::move(slice));
  }
  for (const Slice& slice : joining)
    pools_.try_emplace(slice.request->model().backend.get(), slice.request->model(), *cache_);
  return joining;
}

bool DeviceWorker::more_may_come(const Backend* model) const {
  return std::any_of(callers_.begin(), callers_.end(),
                     [&](const auto& caller) { return caller->model().backend.get() == model && !caller->waiting(); });
}

}  // namespace blip
