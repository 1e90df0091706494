#include "core/generate/logits_processor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "core/generate/log_softmax.h"
#include "tests/support/golden.h"
#include "tests/support/safetensors_file.h"

namespace blip {
namespace {

using testing::ElementsAre;

constexpr float kBarred = -std::numeric_limits<float>::infinity();

std::vector<float> logs(std::initializer_list<double> probabilities) {
  std::vector<float> result;
  for (const double p : probabilities) result.push_back(static_cast<float>(std::log(p)));
  return result;
}

TEST(PenaliseRepetition, DividesWhatIsPositiveAndMultipliesWhatIsNegativeOnce) {
  std::vector<float> row{4, -4, 0, 3, -3};
  const std::vector<std::int64_t> previous{0, 1, 0, 2, 1};
  penalise_repetition(row, previous, 2.0);
  EXPECT_THAT(row, ElementsAre(2, -8, 0, 3, -3));
}

TEST(PenaliseRepetition, OfOneChangesNothingAndForeignIdsAreIgnored) {
  std::vector<float> row{4, -4};
  const std::vector<std::int64_t> previous{0, 1, 77, -1};
  penalise_repetition(row, previous, 1.0);
  EXPECT_THAT(row, ElementsAre(4, -4));
  penalise_repetition(row, previous, 4.0);
  EXPECT_THAT(row, ElementsAre(1, -16));
}

TEST(EnforceMinLength, BarsSepUntilTheLengthIsReached) {
  std::vector<float> row{1, 2, 3};
  enforce_min_length(row, 1, 5, 5);
  EXPECT_THAT(row, ElementsAre(1, 2, 3));
  enforce_min_length(row, 1, 4, 5);
  EXPECT_THAT(row, ElementsAre(1, kBarred, 3));
}

TEST(ApplyTemperature, DividesTheLogits) {
  std::vector<float> row{1, -2, kBarred};
  apply_temperature(row, 0.5);
  EXPECT_THAT(row, ElementsAre(2, -4, kBarred));
}

TEST(KeepTopK, KeepsTheHighestAndWhatEqualsTheLowestOfThem) {
  std::vector<float> row{1, 5, 3, 3, 2};
  keep_top_k(row, 2);
  EXPECT_THAT(row, ElementsAre(kBarred, 5, 3, 3, kBarred));
}

TEST(KeepTopK, OffOrLargeKeepsAll) {
  for (const std::int64_t k : {0, 3, 50}) {
    std::vector<float> row{1, 5, 3};
    keep_top_k(row, k);
    EXPECT_THAT(row, ElementsAre(1, 5, 3)) << k;
  }
}

TEST(KeepTopP, KeepsTheSmallestSetAboveTheThreshold) {
  auto row = logs({0.1, 0.5, 0.15, 0.25});
  const auto before = row;
  keep_top_p(row, 0.7);  // 0.5 + 0.25 = 0.75 exceeds it
  EXPECT_THAT(row, ElementsAre(kBarred, before[1], kBarred, before[3]));
}

TEST(KeepTopP, TheFirstTokenAboveTheThresholdIsKept) {
  auto row = logs({0.1, 0.5, 0.15, 0.25});
  keep_top_p(row, 0.01);
  EXPECT_TRUE(std::isfinite(row[1]));
  EXPECT_EQ(std::count(row.begin(), row.end(), kBarred), 3);
}

TEST(KeepTopP, OfOneKeepsAllAndEqualScoresKeepTheLowerIndex) {
  std::vector<float> row(8, 0.0f);
  keep_top_p(row, 1.0);
  EXPECT_EQ(std::count(row.begin(), row.end(), kBarred), 0);
  keep_top_p(row, 0.3);  // 2/8 does not exceed 0.3, 3/8 does
  EXPECT_THAT(row, ElementsAre(0, 0, 0, kBarred, kBarred, kBarred, kBarred, kBarred));
}

TEST(KeepTopP, SortsAsFarAsItHasTo) {
  std::vector<float> row(1000);  // weights 1000, 999, ... 1: the first n sum to n (2001 - n) / 2
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<float>(std::log(1000.0 - static_cast<double>(i)));
  for (const std::int64_t kept : {1, 63, 64, 65, 128, 129, 500}) {
    auto filtered = row;
    const double just_below = (static_cast<double>(kept) * (2001.0 - static_cast<double>(kept)) / 2 - 0.5) / 500500.0;
    keep_top_p(filtered, just_below);
    for (std::int64_t i = 0; i < 1000; ++i)
      ASSERT_EQ(std::isfinite(filtered[static_cast<std::size_t>(i)]), i < kept) << "kept " << kept << ", index " << i;
  }
}

TEST(SamplingFilters, ActInTheOrderTemperatureTopKTopP) {
  // With the temperature first, 0.6/0.3/0.1 becomes 0.36/0.09/0.01 over 0.46: 0.78 alone exceeds p. Without it 0.6 does
  // not.
  GenerationOptions options;
  options.temperature = 0.5;
  options.top_k = 2;
  options.top_p = 0.75;
  auto row = logs({0.1, 0.6, 0.3});
  apply_sampling_filters(row, options);
  EXPECT_EQ(row[0], kBarred);
  EXPECT_EQ(row[2], kBarred);
  EXPECT_NEAR(row[1], 2 * std::log(0.6), 1e-6);
}

// One stage after the other on the reference arrays; the README beside them gives the settings.
class SamplingGolden : public testing::Test {
 protected:
  void check(const std::string& suffix, std::int64_t min_length) {
    const test::SafetensorsFile file(test::golden_dir() / "pth/sampling.safetensors");
    const auto shape = file.shape("logits"), previous_shape = file.shape("previous_ids");
    ASSERT_EQ(shape.size(), 2u);
    ASSERT_GT(shape[0], 0);
    ASSERT_EQ(previous_shape.at(0), shape[0]);
    const auto logits = file.floats("logits");
    const auto ids = file.ints("previous_ids");
    for (std::int64_t r = 0; r < shape[0]; ++r) {
      SCOPED_TRACE("row " + std::to_string(r));
      const auto begin = logits.begin() + r * shape[1];
      std::vector<float> row(begin, begin + shape[1]);
      const auto previous = std::span(ids).subspan(static_cast<std::size_t>(r * previous_shape[1]),
                                                   static_cast<std::size_t>(previous_shape[1]));
      const auto expect = [&](const std::string& stage) {
        const auto expected = file.floats(stage + suffix);
        ASSERT_EQ(expected.size(), logits.size());
        for (std::int64_t i = 0; i < shape[1]; ++i) {
          const float want = expected[static_cast<std::size_t>(r * shape[1] + i)],
                      got = row[static_cast<std::size_t>(i)];
          ASSERT_EQ(std::isinf(want), std::isinf(got)) << stage << " at " << i;
          if (!std::isinf(want)) {
            ASSERT_NEAR(got, want, 1e-5) << stage << " at " << i;
          }
        }
      };
      constexpr std::int64_t kSep = 3;
      penalise_repetition(row, previous, 1.1);
      expect("after_repetition_penalty");
      enforce_min_length(row, kSep, previous_shape[1], min_length);
      expect("after_min_length");
      keep_top_k(row, 50);
      expect("after_top_k");
      keep_top_p(row, 0.9);
      expect("after_top_p");
      log_softmax(row);
      for (float& value : row) value = std::exp(value);
      expect("probabilities");
      EXPECT_NEAR(std::accumulate(row.begin(), row.end(), 0.0), 1.0, 1e-5);
    }
  }
};

TEST_F(SamplingGolden, EveryStageEqualsTheReference) {
  check("", 5);
}
TEST_F(SamplingGolden, EveryStageEqualsTheReferenceWithSepBarred) {
  check(".min_length_10", 10);
}

}  // namespace
}  // namespace blip
