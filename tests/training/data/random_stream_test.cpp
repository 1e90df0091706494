#include "training/data/random_stream.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace blip {
namespace {

TEST(RandomStream, EqualKeysGiveEqualNumbersAndOthersDoNot) {
  RandomStream a{{1, 2, 3}}, same{{1, 2, 3}};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(a.next(), same.next());
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    for (std::uint64_t index = 0; index < 20; ++index) firsts.insert(RandomStream{{seed, index}}.next());
  EXPECT_EQ(firsts.size(), 400u);
  EXPECT_NE(RandomStream({1, 2}).next(), RandomStream({2, 1}).next());
  EXPECT_NE(RandomStream({1}).next(), RandomStream({1, 0}).next());
}

TEST(RandomStream, UniformNumbersFillTheirRangeEvenly) {
  RandomStream random{{7}};
  constexpr int kDraws = 20000;
  std::vector<int> counts(10);
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.uniform(2, 4);
    ASSERT_GE(value, 2);
    ASSERT_LT(value, 4);
    sum += value;
    ++counts[static_cast<std::size_t>(random.below(10))];
  }
  EXPECT_NEAR(sum / kDraws, 3, 0.02);
  for (const int count : counts) EXPECT_NEAR(count, kDraws / 10, 200);  // five standard deviations
}

TEST(RandomStream, OneOutcomeIsCertain) {
  RandomStream random{{7}};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(random.below(1), 0);
  EXPECT_FALSE(random.chance(0));
  EXPECT_TRUE(random.chance(1));
}

}  // namespace
}  // namespace blip
