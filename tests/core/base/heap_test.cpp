#include "core/base/heap.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstring>
#include <memory>

namespace blip {
namespace {

long page_faults() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

void use_and_free(std::size_t bytes) {
  const std::unique_ptr<char[]> memory(new char[bytes]);
  std::memset(memory.get(), 1, bytes);
  asm volatile("" : : "r"(memory.get()) : "memory");
}

TEST(Heap, MemoryUsedASecondTimeFaultsNoPages) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizers bring a heap of their own";
#endif
  keep_freed_memory();
  constexpr std::size_t kBytes = 20 << 20, kPage = 4096;
  use_and_free(kBytes);
  const long before = page_faults();
  use_and_free(kBytes);
  EXPECT_LT(page_faults() - before, static_cast<long>(kBytes / kPage / 20));
}

}  // namespace
}  // namespace blip
