#include "training/data/augment/rand_augment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "tests/training/data/augment/augment_goldens.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

TEST(RandAugmentGolden, EveryOperationGivesTheOriginalsBytes) {
  const test::AugmentGoldens goldens;
  for (const auto& entry : goldens.cases("operations")) {
    const AugmentStep step{augment_op_from_name(entry.at("op").get<std::string>()), entry.at("argument").get<double>()};
    const RgbImage expected = goldens.image(entry.at("result"));
    const RgbImage found = apply(step, goldens.picture(entry.at("picture")));
    ASSERT_EQ(found.width, expected.width);
    ASSERT_EQ(found.height, expected.height);
    int different = 0, most = 0;
    for (std::size_t i = 0; i < found.pixels.size(); ++i) {
      const int distance = std::abs(found.pixels[i] - expected.pixels[i]);
      different += distance != 0;
      most = std::max(most, distance);
    }
    EXPECT_EQ(different, 0) << entry.dump() << ": at most " << most << " levels apart";
  }
}

TEST(RandAugmentGolden, MagnitudesMeanWhatTheyMeanInTheOriginal) {
  const test::AugmentGoldens goldens;
  for (const auto& entry : goldens.cases("arguments")) {
    const AugmentOp op = augment_op_from_name(entry.at("op").get<std::string>());
    EXPECT_DOUBLE_EQ(augment_argument(op, entry.at("magnitude").get<int>()), entry.at("argument").get<double>())
        << entry.dump();
  }
}

TEST(RandAugment, DrawsEveryOperationEquallyOftenAndHalfOfThemApply) {
  RandomStream random{{3}};
  constexpr int kDraws = 20000;
  std::map<AugmentOp, int> times;
  int positive = 0, signed_steps = 0;
  for (int i = 0; i < kDraws; ++i) {
    const auto steps = draw_rand_augment({}, random);
    ASSERT_LE(steps.size(), 2u);
    for (const AugmentStep& step : steps) {
      ++times[step.op];
      EXPECT_DOUBLE_EQ(std::abs(step.argument), augment_argument(step.op, 5));
      if (step.op < AugmentOp::kShearX) continue;
      ++signed_steps;
      positive += step.argument > 0;
    }
  }
  ASSERT_EQ(times.size(), static_cast<std::size_t>(kAugmentOps));
  for (const auto& [op, count] : times) EXPECT_NEAR(count, kDraws * 2 / 20, 220) << static_cast<int>(op);
  EXPECT_NEAR(positive, signed_steps / 2, 280);
}

TEST(RandAugment, OptionsDecideHowManyAndHowOften) {
  RandomStream random{{3}};
  EXPECT_EQ(draw_rand_augment({.operations = 7, .magnitude = 5, .probability = 1}, random).size(), 7u);
  EXPECT_TRUE(draw_rand_augment({.operations = 7, .magnitude = 5, .probability = 0}, random).empty());
}

TEST(RandAugment, RefusesWhatItDoesNotKnow) {
  EXPECT_NE(test::error_of([] { augment_op_from_name("Solarise"); }), "");
  EXPECT_NE(test::error_of([] { RandAugmentOptions{.operations = 0}.validate(); }), "");
  EXPECT_NE(test::error_of([] { RandAugmentOptions{.magnitude = 11}.validate(); }), "");
  EXPECT_NE(test::error_of([] { RandAugmentOptions{.probability = 1.5}.validate(); }), "");
}

}  // namespace
}  // namespace blip
