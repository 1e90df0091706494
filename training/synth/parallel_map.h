#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace blip::synth {

// make(index) for first <= index < last on `jobs` threads; results in order. The first exception is thrown again, after
// all threads have ended.
template <class Result, class Make>
std::vector<Result> parallel_map(std::uint64_t first, std::uint64_t last, int jobs, Make make) {
  std::vector<Result> results(last - first);
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < results.size(); i = next++) results[i] = make(first + i);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      next = results.size();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 1; i < jobs; ++i) threads.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
  return results;
}

}  // namespace blip::synth
