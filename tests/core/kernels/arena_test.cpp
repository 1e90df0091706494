#include "core/kernels/arena.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace blip::test {
namespace {

bool aligned(const void* at) {
  return reinterpret_cast<std::uintptr_t>(at) % 64 == 0;
}

TEST(Arena, HandsOutAlignedMemoryThatDoesNotOverlap) {
  Arena arena;
  const Arena::Scope scope(arena);
  struct Taken {
    std::uint8_t* at;
    std::int64_t bytes;
  };
  std::vector<Taken> all;
  for (const std::int64_t bytes : {1, 63, 64, 65, 4096, 70'000, 3, 1'000'000, 0, 7}) {
    all.push_back({arena.take<std::uint8_t>(bytes), bytes});
    std::memset(all.back().at, static_cast<int>(all.size()), static_cast<std::size_t>(bytes));
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_TRUE(aligned(all[i].at));
    for (std::int64_t b = 0; b < all[i].bytes; ++b) ASSERT_EQ(all[i].at[b], i + 1);
  }
}

TEST(Arena, TakesBackWhatAnEndedScopeTook) {
  Arena arena;
  const Arena::Scope outer(arena);
  auto* kept = arena.take<float>(10);
  kept[9] = 7;
  const auto* inner_first = [&] {
    const Arena::Scope inner(arena);
    return arena.take<float>(100);
  }();
  const auto* inner_second = [&] {
    const Arena::Scope inner(arena);
    auto* again = arena.take<float>(100);
    std::memset(again, 0xff, 100 * sizeof(float));
    return again;
  }();
  EXPECT_EQ(inner_first, inner_second);
  EXPECT_EQ(kept[9], 7);
  EXPECT_NE(arena.take<float>(1), kept);
}

// A round that needs several blocks the first time.
void round(Arena& arena) {
  const Arena::Scope scope(arena);
  auto* first = arena.take<std::uint8_t>(50'000);
  for (int i = 0; i < 5; ++i) {
    const Arena::Scope inner(arena);
    arena.take<std::uint8_t>(90'000)[0] = 1;
    arena.take<std::uint8_t>(30'000)[0] = 2;
  }
  arena.take<std::uint8_t>(200'000)[0] = 3;
  first[0] = 4;
}

TEST(Arena, GrowsInTheFirstRoundsAndNoMore) {
  Arena arena;
  EXPECT_EQ(arena.bytes(), 0u);
  round(arena);
  round(arena);
  const std::size_t steady = arena.bytes();
  EXPECT_GE(steady, 250'000u);
  for (int i = 0; i < 10; ++i) round(arena);
  EXPECT_EQ(arena.bytes(), steady);
}

TEST(Arena, ServesARoundFromOneBlockOnceItKnowsItsSize) {
  Arena arena;
  round(arena);
  const Arena::Scope scope(arena);
  const auto* first = arena.take<std::uint8_t>(64);
  const auto* next = arena.take<std::uint8_t>(static_cast<std::int64_t>(arena.bytes()) - 64);
  EXPECT_EQ(next, first + 64);
}

TEST(Arena, GrowsInsideANestedScopeWithoutMovingWhatWasTaken) {
  Arena arena;
  const Arena::Scope outer(arena);
  auto* kept = arena.take<std::uint8_t>(1000);
  std::memset(kept, 9, 1000);
  for (std::int64_t bytes = 1000; bytes < 10'000'000; bytes *= 3) {
    const Arena::Scope inner(arena);
    std::memset(arena.take<std::uint8_t>(bytes), 1, static_cast<std::size_t>(bytes));
  }
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(kept[i], 9);
}

}  // namespace
}  // namespace blip::test
