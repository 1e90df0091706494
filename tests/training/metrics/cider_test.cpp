#include "training/metrics/cider.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/error.h"
#include "training/metrics/bleu.h"

namespace blip {
namespace {

TEST(Cider, AnEqualCaptionHasTen) {
  const std::vector<ScoredCaption> captions = {{"a red ring on gray", {"a red ring on gray"}},
                                               {"two blue stars , dark", {"two blue stars , dark"}}};
  for (const MetricScore& score : bleu(captions)) EXPECT_NEAR(score.corpus, 1, 1e-6);
  EXPECT_NEAR(cider(captions).corpus, 10, 1e-9);
  EXPECT_NEAR(cider(captions).each.at(1), 10, 1e-9);
}

TEST(Cider, ASetOfOneCaptionHasNone) {
  EXPECT_EQ(cider(std::vector<ScoredCaption>{{"a red ring on gray", {"a red ring on gray"}}}).corpus, 0);
}

TEST(Cider, IgnoresWhatAllReferencesHave) {
  // Of "a x" and "a y" the word "a" says nothing; "x" and "a x" are what one picture has and the other has not.
  const std::vector<ScoredCaption> captions = {{"a y", {"a x"}}, {"a y", {"a y"}}};
  const MetricScore score = cider(captions);
  EXPECT_NEAR(score.each.at(0), 0, 1e-12);
  // One of the words and the pair agree wholly; there are no longer n-grams: two of four orders.
  EXPECT_NEAR(score.each.at(1), 10 * 2 / 4.0, 1e-9);
  EXPECT_NEAR(score.corpus, 2.5, 1e-9);
}

TEST(Cider, FallsWithTheDifferenceOfLengths) {
  const std::vector<ScoredCaption> captions = {{"x", {"x y y y y y y"}}, {"z", {"z"}}};
  // Words: weights (1, 0) against (1, 6), clipped; six word pairs of difference.
  const double words = 1 / std::sqrt(37.0);
  EXPECT_NEAR(cider(captions).each.at(0), 10 * words * std::exp(-36.0 / 72) / 4, 1e-9);
}

TEST(Cider, TheOrderOfCaptionsAndOfReferencesDoesNotMatter) {
  std::vector<ScoredCaption> captions = {
      {"a b c d e", {"a b c e d", "a f"}}, {"e f", {"e f g", "a b"}}, {"g h i j", {"j g h i"}}};
  const MetricScore before = cider(captions);
  std::reverse(captions.begin(), captions.end());
  for (ScoredCaption& one : captions) std::reverse(one.references.begin(), one.references.end());
  const MetricScore after = cider(captions);
  EXPECT_NEAR(before.corpus, after.corpus, 1e-12);
  EXPECT_NEAR(before.each.front(), after.each.back(), 1e-12);
}

TEST(Cider, EmptyCaptionsAndSetsAreNothing) {
  EXPECT_TRUE(cider({}).each.empty());
  const std::vector<ScoredCaption> empty = {{"", {"a b c d"}}, {"a", {"a"}}};
  EXPECT_EQ(cider(empty).each.at(0), 0);
}

TEST(Cider, ACaptionWithoutReferencesIsRefused) {
  EXPECT_THROW(cider(std::vector<ScoredCaption>{{"a ring", {}}}), Error);
}

}  // namespace
}  // namespace blip
