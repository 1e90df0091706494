#include "training/distributed/heartbeat.h"

#include <torch/csrc/distributed/c10d/Store.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "training/distributed/seconds.h"

namespace blip {

struct Heartbeat::State {
  c10::intrusive_ptr<c10d::Store> store;
  Options options;
  mutable std::mutex mutex;
  std::condition_variable stop_or_done;
  bool stop = false, done = false;
  std::string trouble;
  std::atomic<std::int64_t> beats{0};
  std::thread thread;

  static std::string key(int rank) { return "beat/" + std::to_string(rank); }

  struct Heard {
    std::int64_t beat = 0, silent_rounds = 0;
  };

  // Adds this rank's beat and listens to the others'. Returns what is wrong.
  std::string round(std::vector<Heard>& heard) {
    store->add(key(options.rank), 1);
    for (int rank = 0; rank < options.size; ++rank) {
      if (rank == options.rank) continue;
      Heard& other = heard[static_cast<std::size_t>(rank)];
      const auto beat = store->add(key(rank), 0);
      other.silent_rounds = beat == other.beat ? other.silent_rounds + 1 : 0;
      other.beat = beat;
      const auto silent = other.silent_rounds * options.period;
      if (silent >= options.patience) return "rank " + std::to_string(rank) + " has been silent for " + seconds(silent);
    }
    return {};
  }

  void run() {
    std::vector<Heard> heard(static_cast<std::size_t>(options.size));
    std::unique_lock lock(mutex);
    while (!stop && trouble.empty()) {
      lock.unlock();
      std::string found;
      try {
        found = round(heard);
      } catch (const std::exception&) {
        found = "rank 0 is gone: its store does not answer";
      }
      ++beats;
      lock.lock();
      trouble = found;
      stop_or_done.wait_for(lock, options.period, [&] { return stop; });
    }
    done = true;
    stop_or_done.notify_all();
  }
};

Heartbeat::Heartbeat(c10::intrusive_ptr<c10d::Store> store, const Options& options)
    : state_(std::make_shared<State>()) {
  state_->store = std::move(store);
  state_->options = options;
  state_->thread = std::thread([state = state_] { state->run(); });
}

Heartbeat::~Heartbeat() {
  std::unique_lock lock(state_->mutex);
  state_->stop = true;
  state_->stop_or_done.notify_all();
  const bool done = state_->stop_or_done.wait_for(lock, state_->options.period, [&] { return state_->done; });
  lock.unlock();
  if (done)
    state_->thread.join();
  else
    state_->thread.detach();
}

std::string Heartbeat::trouble() const {
  const std::lock_guard lock(state_->mutex);
  return state_->trouble;
}

std::int64_t Heartbeat::beats() const noexcept {
  return state_->beats;
}

}  // namespace blip
