#pragma once

#include <chrono>

namespace blip {

// Ctrl-C while this lives: the first one asks the program to finish what it has, the second one ends it at once with
// exit code 130. One a process.
class InterruptWatch {
 public:
  explicit InterruptWatch(std::chrono::nanoseconds grace = std::chrono::milliseconds(500));
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  bool requested() const noexcept;
  // Becomes readable, and stays so, with the first Ctrl-C: for poll().
  int descriptor() const noexcept;
};

}  // namespace blip
