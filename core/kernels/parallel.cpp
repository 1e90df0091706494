#include "core/kernels/parallel.h"

#include <omp.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>

namespace blip {

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof(set), &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
}

void release_threads() noexcept {
  omp_pause_resource_all(omp_pause_hard);
}

void run_tasks(int threads, std::int64_t count, TaskBody call, void* body) {
  if (threads <= 1 || count <= 1) {
    for (std::int64_t task = 0; task < count; ++task) call(body, task, 0);
    return;
  }
  std::exception_ptr failure;
  std::atomic<bool> failed = false;
  // Always as many threads: libgomp ends those that a smaller team leaves out, and starts them anew for the next.
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (std::int64_t task = 0; task < count; ++task) {
    if (failed.load(std::memory_order_relaxed)) continue;
    try {
      call(body, task, omp_get_thread_num());
    } catch (...) {
      if (!failed.exchange(true)) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace blip
