#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

#include "core/engine/served_model.h"

namespace blip {

struct SessionOptions {
  int batch_size = 8;                          // most items of one kind that run together, at least 1
  std::chrono::microseconds batch_timeout{0};  // how long the first request of a batch waits for others
  bool live = false;                           // the worker steps back behind the rest of the process
};

// Who asks: what a session and the worker that serves it share. cancel() only raises a number; what was asked before
// is stale from then on and is thrown away by whoever meets it.
class Caller {
 public:
  Caller(ServedModel model, const SessionOptions& options) : model_(std::move(model)), options_(options) {}

  const ServedModel& model() const { return model_; }
  const SessionOptions& options() const { return options_; }

  void cancel() noexcept {
    cancelled_ = true;
    ++epoch_;
    {
      const std::lock_guard lock(mutex_);  // who is about to wait has either seen the new epoch or hears of it
    }
    changed_.notify_all();
  }
  void resume() noexcept { cancelled_ = false; }
  bool cancelled() const noexcept { return cancelled_; }
  std::uint64_t epoch() const noexcept { return epoch_; }

  // Whether a thread waits for an answer: no other request comes then.
  bool waiting() const noexcept { return waiting_ > 0; }
  // A thread's call, from before its request is queued until it has the answer.
  class Call {
   public:
    explicit Call(Caller& caller) : caller_(caller) { ++caller_.waiting_; }
    ~Call() { --caller_.waiting_; }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    Caller& caller_;
  };

 private:
  friend class Request;

  ServedModel model_;
  SessionOptions options_;
  std::atomic<std::uint64_t> epoch_{0};
  std::atomic<bool> cancelled_{false};
  std::atomic<int> waiting_{0};
  std::mutex mutex_;  // guards the state of this caller's requests; held for moments only
  std::condition_variable changed_;
};

}  // namespace blip
