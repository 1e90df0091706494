#include "training/synth/parallel_map.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace blip::synth {
namespace {

TEST(ParallelMap, KeepsTheOrder) {
  for (const int jobs : {1, 2, 7}) {
    const auto squares = parallel_map<std::uint64_t>(3, 103, jobs, [](std::uint64_t i) { return i * i; });
    ASSERT_EQ(squares.size(), 100U);
    for (std::uint64_t i = 0; i < 100; ++i) EXPECT_EQ(squares[i], (i + 3) * (i + 3));
  }
  EXPECT_TRUE(parallel_map<int>(5, 5, 3, [](std::uint64_t) { return 1; }).empty());
}

TEST(ParallelMap, ThrowsWhatWasThrown) {
  const auto fail_at_9 = [](std::uint64_t i) {
    if (i == 9) throw std::runtime_error("nine");
    return 0;
  };
  for (const int jobs : {1, 4}) EXPECT_THROW(parallel_map<int>(0, 50, jobs, fail_at_9), std::runtime_error);
}

}  // namespace
}  // namespace blip::synth
