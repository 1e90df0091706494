#include "core/kernels/parallel.h"

#include <gtest/gtest.h>
#include <omp.h>
#include <sched.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/kernels/packed_linear.h"
#include "core/kernels/tiled_attention.h"
#include "tests/core/kernels/allocation_count.h"
#include "tests/core/kernels/double_loops.h"

namespace blip::test {
namespace {

TEST(ParallelFor, RunsEveryTaskOnce) {
  for (const int threads : {1, 2, 3, 8}) {
    for (const std::int64_t count : {0, 1, 2, 7, 500}) {
      std::vector<std::atomic<int>> runs(static_cast<std::size_t>(count));
      parallel_for(threads, count, [&](std::int64_t task, int) { ++runs[static_cast<std::size_t>(task)]; });
      for (const auto& run : runs) ASSERT_EQ(run, 1) << count << " tasks on " << threads;
    }
  }
}

TEST(ParallelFor, ASlotIsOneTasksAtATime) {
  constexpr int kThreads = 4;
  std::atomic<int> in_use[kThreads] = {};
  std::atomic<bool> shared = false, outside = false;
  parallel_for(kThreads, 200, [&](std::int64_t, int slot) {
    if (slot < 0 || slot >= kThreads) {
      outside = true;
      return;
    }
    if (in_use[slot].fetch_add(1) != 0) shared = true;
    std::this_thread::yield();
    --in_use[slot];
  });
  EXPECT_FALSE(shared);
  EXPECT_FALSE(outside);
}

TEST(ParallelFor, RethrowsWhatATaskThrew) {
  for (const int threads : {1, 2, 3}) {
    std::atomic<int> runs = 0;
    const auto body = [&](std::int64_t task, int) {
      ++runs;
      if (task == 3) throw std::runtime_error("task 3");
    };
    try {
      parallel_for(threads, 50, body);
      ADD_FAILURE() << "no exception on " << threads << " threads";
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(std::string(error.what()), "task 3");
    }
    EXPECT_GE(runs, 1);
    EXPECT_LE(runs, 50);
  }
  int after = 0;
  parallel_for(1, 5, [&](std::int64_t, int) { ++after; });
  EXPECT_EQ(after, 5);
}

TEST(ParallelFor, ThreadsThatWereReleasedComeBack) {
  for (int round = 0; round < 3; ++round) {
    std::atomic<int> sum = 0;
    parallel_for(3, 10, [&](std::int64_t task, int) { sum += static_cast<int>(task); });
    EXPECT_EQ(sum, 45);
    release_threads();
  }
}

TEST(ParallelFor, AllocatesNothing) {
  std::atomic<std::int64_t> sum = 0;
  const auto body = [&](std::int64_t task, int) { sum += task; };
  parallel_for(3, 100, body);  // starts the threads
  const std::int64_t before = allocation_count();
  parallel_for(3, 100, body);
  EXPECT_EQ(allocation_count(), before);
  EXPECT_EQ(sum, 2 * 4950);
}

TEST(UsableCores, AreThoseThatTheThreadMayRunOn) {
  EXPECT_GE(usable_cores(), 1);
  int found = 0;
  std::thread([&] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    if (sched_setaffinity(0, sizeof(one), &one) == 0) found = usable_cores();
  }).join();
  EXPECT_EQ(found, 1);
}

std::int64_t running_threads() {
  std::int64_t count = 0;
  for ([[maybe_unused]] const auto& task : std::filesystem::directory_iterator("/proc/self/task")) ++count;
  return count;
}

// Every kernel with much to do, where OpenMP would take more threads than the workspace has.
void compute(int threads) {
  Workspace workspace(threads);
  const std::int64_t in = 64, out = 256, rows = 300;
  const std::vector<float> weights = random_values(in * out, 1), x = random_values(rows * in, 2);
  std::vector<float> y(static_cast<std::size_t>(rows * out));
  for (const auto precision : {Precision::kFloat32, Precision::kInt8}) {
    const auto memory = aligned_bytes(PackedLinear::stored_bytes(out, in, precision));
    omp_set_num_threads(1);  // packing takes all
    PackedLinear::pack(out, in, precision, weights.data(), memory.get(), int8_weight_limit(cpu_isa()));
    omp_set_num_threads(threads + 1);
    const PackedLinear linear(out, in, precision, memory.get(), memory, std::vector<float>(out));
    linear.run(workspace, x.data(), rows, y.data());
    linear.run(workspace, x.data(), /*rows=*/3, y.data());
    linear.run_rows(workspace, /*slot=*/0, x.data(), /*rows=*/90, y.data());
  }
  KeyValues block;
  block.keys = block.values = x.data();
  block.tokens = rows;
  block.key_channel = 1;
  block.key_token = block.value_token = in;
  attend_tiled(workspace, {1, in}, x.data(), in, rows, std::span(&block, 1), y.data());
}

[[noreturn]] void exit_with_threads_of(int threads) {
  compute(threads);
  std::exit(static_cast<int>(running_threads()));
}

class Threads : public testing::Test {
 protected:
  Threads() {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
#if defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "threads are counted, and the sanitizer has one of its own";
#endif
  }
};

TEST_F(Threads, AWorkspaceOfOneThreadStartsNone) {
  EXPECT_EXIT(exit_with_threads_of(1), testing::ExitedWithCode(1), "");
}

TEST_F(Threads, AWorkspaceOfThreeRunsOnThree) {
  EXPECT_EXIT(exit_with_threads_of(3), testing::ExitedWithCode(3), "");
}

}  // namespace
}  // namespace blip::test
