#include "core/engine/scheduler.h"

#include <string>
#include <utility>

#include "core/base/error.h"

namespace blip {

Session::Session(std::shared_ptr<Caller> caller, std::shared_ptr<DeviceWorker> worker)
    : caller_(std::move(caller)), worker_(std::move(worker)) {
  worker_->attach(caller_);
}

Session::~Session() {
  caller_->cancel();
  worker_->detach(*caller_);
}

void Session::run(const std::shared_ptr<Request>& request) {
  throw_if_cancelled();
  if (request->items() == 0) return;
  const Caller::Call call(*caller_);
  worker_->submit(request);
  request->wait();
}

void Session::cancel() noexcept {
  caller_->cancel();
  worker_->wake();
}

void Session::resume() noexcept {
  caller_->resume();
}

void Session::throw_if_cancelled() const {
  if (caller_->cancelled()) throw Error(ErrorKind::kCancelled, "the stream is cancelled");
}

Scheduler::~Scheduler() {
  stop();
}

std::unique_ptr<Session> Scheduler::open(ServedModel model, const SessionOptions& options) {
  if (options.batch_size < 1) {
    throw Error(ErrorKind::kInvalidArgument,
                "batch size is " + std::to_string(options.batch_size) + ", must be at least 1");
  }
  std::shared_ptr<DeviceWorker> worker;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) throw Error(ErrorKind::kCancelled, "the engine has been shut down");
    auto& place = workers_[model.backend->placement().device];
    if (place == nullptr) place = std::make_shared<DeviceWorker>(cache_);
    worker = place;
  }
  return std::make_unique<Session>(std::make_shared<Caller>(std::move(model), options), std::move(worker));
}

void Scheduler::stop() noexcept {
  std::map<std::string, std::shared_ptr<DeviceWorker>> workers;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    workers.swap(workers_);
  }
  for (auto& [device, worker] : workers) worker->stop();
}

}  // namespace blip
