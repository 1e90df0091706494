#pragma once

#include <cstdint>
#include <type_traits>

namespace blip {

int usable_cores();  // that this process may run on

// Ends the OpenMP threads that the calling thread has started, for a thread that computes once and then leaves it to
// others: GNU's runtime lets no thread spin while the process has more of them than cores, and a decoder that sleeps
// between its products takes half as long again.
void release_threads() noexcept;

using TaskBody = void (*)(void* body, std::int64_t task, int slot);
void run_tasks(int threads, std::int64_t count, TaskBody call, void* body);

// Runs body(task, slot) for every task in [0, count) on up to `threads` OpenMP threads, whichever is free; slot is
// below `threads` and tells apart what runs at the same time. Rethrows the first exception when all have ended.
// Allocates nothing.
template <class Body>
void parallel_for(int threads, std::int64_t count, Body&& body) {
  using Plain = std::remove_reference_t<Body>;
  run_tasks(
      threads, count, [](void* self, std::int64_t task, int slot) { (*static_cast<Plain*>(self))(task, slot); },
      const_cast<void*>(static_cast<const void*>(&body)));
}

}  // namespace blip
