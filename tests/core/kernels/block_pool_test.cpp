#include "core/kernels/block_pool.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

namespace blip::test {
namespace {

TEST(BlockPool, HandsOutAgainWhatWasGivenBack) {
  const BlockPool pool;
  std::byte* first = pool.take(1000).get();
  EXPECT_EQ(pool.take(1000).get(), first);
  EXPECT_EQ(pool.take(990).get(), first) << "the same once rounded up to its alignment";
}

TEST(BlockPool, BlocksInUseAreApartAndAligned) {
  const BlockPool pool;
  const auto one = pool.take(100), other = pool.take(100);
  EXPECT_NE(one.get(), other.get());
  for (const auto& block : {one, other}) EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.get()) % 64, 0U);
}

TEST(BlockPool, AnotherSizeIsAnotherBlock) {
  const BlockPool pool;
  pool.take(100);
  const auto large = pool.take(1 << 20);
  std::memset(large.get(), 1, 1 << 20);
}

TEST(BlockPool, BlocksOutliveIt) {
  std::shared_ptr<std::byte> block;
  {
    const BlockPool pool;
    block = pool.take(64);
  }
  std::memset(block.get(), 7, 64);
}

TEST(BlockPool, ManyThreadsShareIt) {
  const BlockPool pool;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const auto block = pool.take(256);
        std::memset(block.get(), t, 256);
        ASSERT_EQ(std::to_integer<int>(block.get()[255]), t);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace blip::test
