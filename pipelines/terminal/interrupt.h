#pragma once

#include <chrono>
#include <csignal>
#include <utility>
#include <vector>

namespace blip {

// Ctrl-C while this lives: the first one asks the program to finish what it has, the second one ends it at once with
// exit code 130. Other signals can be given the same meaning. One a process.
class InterruptWatch {
 public:
  explicit InterruptWatch(std::chrono::nanoseconds grace = std::chrono::milliseconds(500),
                          std::vector<int> signals = {SIGINT});
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  bool requested() const noexcept;
  // Becomes readable, and stays so, with the first Ctrl-C: for poll().
  int descriptor() const noexcept;

 private:
  std::vector<std::pair<int, struct sigaction>> former_;
};

}  // namespace blip
