#include "training/metrics/bleu.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/error.h"

namespace blip {
namespace {

TEST(Bleu, IsPrecisionTimesBrevity) {
  // Two of the three words and one of the two pairs are in the reference, which is one word longer.
  const std::vector<ScoredCaption> one = {{"a red cat", {"a red dog sits"}}};
  const auto scores = bleu(one);
  const double brevity = std::exp(1 - 4.0 / 3);
  EXPECT_NEAR(scores[0].corpus, brevity * 2 / 3, 1e-6);
  EXPECT_NEAR(scores[1].corpus, brevity * std::sqrt(2.0 / 3 * 1 / 2), 1e-6);
  EXPECT_NEAR(scores[3].corpus, 0, 1e-3);
  EXPECT_EQ(scores[0].each.size(), 1U);
}

TEST(Bleu, CountsAWordAsOftenAsAReferenceHasIt) {
  EXPECT_NEAR(bleu(std::vector<ScoredCaption>{{"the the the the", {"the cat", "the the dog"}}})[0].corpus, 0.5, 1e-6);
}

TEST(Bleu, OfTwoReferencesOfEqualDistanceTheShorterCounts) {
  // Lengths 2 and 4 are as far from 3: with 2 there is no penalty.
  EXPECT_NEAR(bleu(std::vector<ScoredCaption>{{"a b c", {"a b c d", "a b"}}})[0].corpus, 1, 1e-6);
}

// The counts and scores that the notebook of coco-caption prints for its 1000 captions.
TEST(Bleu, TheDemoOfCocoCaptionFollowsFromItsCounts) {
  BleuCounts counts;
  counts.guesses = {9893, 8893, 7893, 6893};
  counts.correct = {5732, 2510, 1043, 423};
  counts.length = 9893;
  counts.reference_length = 9855;
  const auto scores = bleu_of(counts);
  EXPECT_NEAR(scores[0], 0.579, 5e-4);
  EXPECT_NEAR(scores[1], 0.404, 5e-4);
  EXPECT_NEAR(scores[2], 0.279, 5e-4);
  EXPECT_NEAR(scores[3], 0.191, 5e-4);
}

TEST(Bleu, TheSetIsMoreThanTheMeanOfItsCaptions) {
  // One of one and none of three words are right: of all words a quarter, though the mean is a half.
  const std::vector<ScoredCaption> captions = {{"x", {"x"}}, {"a b c", {"d e f"}}};
  const MetricScore score = bleu(captions)[0];
  EXPECT_NEAR(score.corpus, 0.25, 1e-6);
  EXPECT_NEAR((score.each[0] + score.each[1]) / 2, 0.5, 1e-6);
}

TEST(Bleu, TheOrderOfCaptionsDoesNotMatter) {
  std::vector<ScoredCaption> captions = {
      {"a b c d e", {"a b c e d", "a"}}, {"e f", {"e f g"}}, {"g h i j", {"j g h i"}}};
  const auto before = bleu(captions);
  std::reverse(captions.begin(), captions.end());
  const auto after = bleu(captions);
  for (std::size_t n = 0; n < kBleuOrders; ++n) {
    EXPECT_DOUBLE_EQ(before[n].corpus, after[n].corpus);
    EXPECT_DOUBLE_EQ(before[n].each.front(), after[n].each.back());
  }
}

TEST(Bleu, EmptyCaptionsAndSetsAreNothing) {
  EXPECT_EQ(bleu({})[3].corpus, 0);
  const std::vector<ScoredCaption> empty = {{"", {"a b c d"}}, {"a", {"a"}}};
  EXPECT_NEAR(bleu(empty)[0].each.at(0), 0, 1e-9);
}

TEST(Bleu, ACaptionWithoutReferencesIsRefused) {
  EXPECT_THROW(bleu(std::vector<ScoredCaption>{{"a ring", {}}}), Error);
}

}  // namespace
}  // namespace blip
