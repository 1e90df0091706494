#include "training/metrics/dialog_ranks.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "core/base/error.h"

namespace blip {
namespace {

TEST(DialogRanks, ACandidatesPlaceBeginsWithOne) {
  const std::vector<float> scores = {0.1F, 0.9F, 0.5F};
  EXPECT_EQ(candidate_rank(scores, 1), 1U);
  EXPECT_EQ(candidate_rank(scores, 2), 2U);
  EXPECT_EQ(candidate_rank(scores, 0), 3U);
}

TEST(DialogRanks, TiesAndNaNAreLost) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(candidate_rank(std::vector<float>{1, 1, 1}, 0), 3U);
  EXPECT_EQ(candidate_rank(std::vector<float>{nan, 1, 0}, 0), 3U);
  EXPECT_EQ(candidate_rank(std::vector<float>{0, nan}, 0), 2U);
}

TEST(DialogRanks, AreMeasuredAsVisDialDoes) {
  const DialogScore score = dialog_score(std::vector<std::size_t>{1, 2, 5, 20});
  EXPECT_DOUBLE_EQ(score.mean_reciprocal_rank, (1 + 0.5 + 0.2 + 0.05) / 4);
  EXPECT_DOUBLE_EQ(score.r1, 0.25);
  EXPECT_DOUBLE_EQ(score.r5, 0.75);
  EXPECT_DOUBLE_EQ(score.r10, 0.75);
  EXPECT_DOUBLE_EQ(score.mean_rank, 7);
}

TEST(DialogRanks, NoRoundsAreNothingAndARankOfZeroIsRefused) {
  EXPECT_EQ(dialog_score({}).mean_rank, 0);
  EXPECT_THROW(dialog_score(std::vector<std::size_t>{1, 0}), Error);
}

}  // namespace
}  // namespace blip
