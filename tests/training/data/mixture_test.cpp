#include "training/data/mixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>

#include "tests/training/data/data_fixtures.h"
#include "tests/training/data/listed_dataset.h"

namespace blip {
namespace {

using test::error_of;
using test::ListedDataset;
using testing::HasSubstr;

MixturePart part(const std::string& name, std::int64_t size, double weight) {
  return {name, std::make_shared<ListedDataset>(size), weight};
}

TEST(Mixture, AnEpochHoldsEachPartsShareExactly) {
  const Mixture mixture({part("a", 1000, 1), part("b", 300, 2), part("c", 400, 0.2)}, {.seed = 1});
  ASSERT_EQ(mixture.size(), 1000 + 600 + 80);
  std::vector<std::map<std::int64_t, int>> times(3);
  std::vector<std::int64_t> in_first_half(3);
  for (std::int64_t p = 0; p < mixture.size(); ++p) {
    const Draw draw = mixture.at(0, p);
    ++times[draw.part][draw.index];
    if (p < mixture.size() / 2) ++in_first_half[draw.part];
  }
  EXPECT_EQ(times[0].size(), 1000u);
  EXPECT_EQ(times[1].size(), 300u);
  for (const auto& [index, count] : times[1]) EXPECT_EQ(count, 2);
  EXPECT_EQ(times[2].size(), 80u);
  // Evenly spread: at most a block of 256 draws away from the proportion.
  EXPECT_NEAR(static_cast<double>(in_first_half[1]), 300, 256 * 600.0 / 1680 + 1);
}

TEST(Mixture, APartOfAnEpochGoesOnInTheNext) {
  const Mixture mixture({part("big", 50, 0.2), part("small", 10, 1)}, {.seed = 1});
  ASSERT_EQ(mixture.size(), 20);
  std::map<std::int64_t, int> big;
  for (std::int64_t epoch = 0; epoch < 5; ++epoch) {
    for (std::int64_t p = 0; p < mixture.size(); ++p) {
      const Draw draw = mixture.at(epoch, p);
      if (draw.part == 0) ++big[draw.index];
      EXPECT_EQ(draw.epoch, draw.part == 0 ? 0 : epoch);
    }
  }
  EXPECT_EQ(big.size(), 50u);  // five epochs went through it once
}

TEST(Mixture, IsAFunctionOfSeedEpochAndPosition) {
  const auto make = [](std::uint64_t seed) { return Mixture({part("a", 500, 1), part("b", 700, 1)}, {.seed = seed}); };
  const Mixture forward = make(1), backward = make(1), other = make(2);
  int different = 0;
  std::vector<Draw> draws;
  for (std::int64_t p = 0; p < forward.size(); ++p) draws.push_back(forward.at(3, p));
  for (std::int64_t p = forward.size() - 1; p >= 0; --p) {
    const Draw draw = backward.at(3, p), &expected = draws[static_cast<std::size_t>(p)];
    EXPECT_EQ(draw.part, expected.part);
    EXPECT_EQ(draw.index, expected.index);
    different += other.at(3, p).index != expected.index;
  }
  EXPECT_GT(different, 1000);
}

TEST(Mixture, UnshuffledKeepsTheOrderOfEachPart) {
  const Mixture mixture({part("a", 5, 1)}, {.shuffle = false});
  for (std::int64_t p = 0; p < 5; ++p) EXPECT_EQ(mixture.at(2, p).index, p);
}

TEST(Mixture, RefusesSharesOfNothing) {
  EXPECT_THAT(error_of([] { Mixture({}, {}); }), HasSubstr("no data set"));
  for (const double weight : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), 0.01})
    EXPECT_THAT(error_of([&] { Mixture({part("x", 10, weight)}, {}); }), HasSubstr("data set 'x' has"));
}

}  // namespace
}  // namespace blip
