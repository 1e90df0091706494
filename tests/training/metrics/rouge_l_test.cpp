#include "training/metrics/rouge_l.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/base/error.h"

namespace blip {
namespace {

double rouge_of(const ScoredCaption& one) {
  return rouge_l(std::vector<ScoredCaption>{one}).corpus;
}

TEST(RougeL, JoinsPrecisionAndRecallOfTheLongestCommonSubsequence) {
  // "the cat mat" is common: 3 of 4 words of the candidate, 3 of 6 of the reference.
  const double precision = 3 / 4.0, recall = 3 / 6.0, beta = 1.44;
  EXPECT_NEAR(rouge_of({"the cat a mat", {"the cat sat on the mat"}}),
              (1 + beta) * precision * recall / (recall + beta * precision), 1e-12);
}

TEST(RougeL, TheBestPrecisionAndTheBestRecallMayBeOfTwoReferences) {
  // Precision 2/2 with the first (recall 2/8), recall 1/1 with the second (precision 1/2).
  EXPECT_NEAR(rouge_of({"a b", {"a b c d e f g h", "b"}}), 1, 1e-12);
}

TEST(RougeL, ASubsequenceKeepsItsOrder) {
  const double half = 1 / 2.0;
  EXPECT_NEAR(rouge_of({"b a", {"a b"}}), half, 1e-12);
}

TEST(RougeL, AnEqualCaptionHasOneAndAnotherNone) {
  EXPECT_EQ(rouge_of({"a red ring", {"no", "a red ring"}}), 1);
  EXPECT_EQ(rouge_of({"a red ring", {"two blue stars"}}), 0);
  EXPECT_EQ(rouge_of({"", {"a b"}}), 0);
}

TEST(RougeL, IsTheMeanOverTheSetInAnyOrder) {
  std::vector<ScoredCaption> captions = {{"a", {"a"}}, {"b", {"c"}}, {"d e", {"e d"}}};
  EXPECT_NEAR(rouge_l(captions).corpus, (1 + 0 + 0.5) / 3, 1e-12);
  std::reverse(captions.begin(), captions.end());
  EXPECT_NEAR(rouge_l(captions).corpus, (1 + 0 + 0.5) / 3, 1e-12);
  EXPECT_EQ(rouge_l({}).corpus, 0);
}

TEST(RougeL, ACaptionWithoutReferencesIsRefused) {
  EXPECT_THROW(rouge_of({"a ring", {}}), Error);
}

}  // namespace
}  // namespace blip
