#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <c10/util/intrusive_ptr.h>

namespace c10d {
class Store;
}

namespace blip {

// Tells the other ranks that this one lives, and notices when one is silent, on a thread of its own: however long a
// rank computes, it is heard. Time is counted in own beats, so that a machine that slept loses nobody.
class Heartbeat {
 public:
  struct Options {
    int rank = 0, size = 1;
    std::chrono::milliseconds period{1000};
    std::chrono::milliseconds patience{10000};
  };

  // store: for this object alone, a connection of its own.
  Heartbeat(c10::intrusive_ptr<c10d::Store> store, const Options& options);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  // "rank 1 has been silent for 10 s", empty while all is well. Thread-safe.
  std::string trouble() const;
  std::int64_t beats() const noexcept;  // rounds made so far

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the thread, which is left behind when the store does not answer
};

}  // namespace blip
