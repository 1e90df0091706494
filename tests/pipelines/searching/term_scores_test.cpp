#include "pipelines/searching/term_scores.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace blip {
namespace {

TermScore term(double weight, double match) {
  TermScore score;
  score.weight = weight;
  score.match = match;
  return score;
}

TEST(TermScores, OneTermCountsAsItIsWhateverItsWeight) {
  EXPECT_DOUBLE_EQ(combined_match(std::vector{term(1, 0.3)}), 0.3);
  EXPECT_DOUBLE_EQ(combined_match(std::vector{term(5, 0.3)}), 0.3);
}

TEST(TermScores, TermsAreMultipliedAndUnwantedOnesTurnedRound) {
  EXPECT_DOUBLE_EQ(combined_match(std::vector{term(1, 0.5), term(1, 0.4)}), 0.2);
  EXPECT_DOUBLE_EQ(combined_match(std::vector{term(1, 0.5), term(-1, 0.4)}), 0.3);
}

TEST(TermScores, ALesserWeightCountsLess) {
  EXPECT_DOUBLE_EQ(combined_match(std::vector{term(2, 0.5), term(1, 0.25)}), 0.5 * 0.5);  // 0.25^(1/2)
}

TEST(TermScores, WithoutTermsEverythingMatches) {
  EXPECT_DOUBLE_EQ(combined_match({}), 1);
}

TEST(TermScores, WithoutACalibrationTheOrderIsThatOfLogitPlusCosine) {
  TermScore score = term(1, 0.9);
  score.logit = 1.5;
  score.similarity = 0.5;
  const std::vector<TermScore> terms{score};
  EXPECT_DOUBLE_EQ(combined_rank(terms, false), 1 / (1 + std::exp(-2.0)));
  EXPECT_DOUBLE_EQ(combined_rank(terms, true), 0.9);
}

}  // namespace
}  // namespace blip
