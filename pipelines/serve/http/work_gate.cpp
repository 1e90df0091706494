#include "pipelines/serve/http/work_gate.h"

#include "pipelines/serve/http/http_head.h"

namespace blip {

std::shared_ptr<void> WorkGate::enter() {
  std::unique_lock lock(mutex_);
  if (running_ >= most_running_) {
    if (waiting_ >= most_waiting_) throw HttpRefusal(503, "the server is busy; try again");
    ++waiting_;
    const bool free = freed_.wait_for(lock, patience_, [this] { return running_ < most_running_; });
    --waiting_;
    if (!free) throw HttpRefusal(503, "the server is busy; try again");
  }
  ++running_;
  return {this, [](WorkGate* gate) {
            const std::lock_guard leaving(gate->mutex_);
            --gate->running_;
            gate->freed_.notify_one();
          }};
}

}  // namespace blip
