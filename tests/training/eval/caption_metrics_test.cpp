#include "training/eval/caption_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"

namespace blip {
namespace {

TEST(CaptionMetrics, BleuIsPrecisionTimesBrevity) {
  // Two of the three words and one of the two pairs are in the reference, which is one word longer.
  const std::vector<ScoredCaption> one = {{"a red cat", {"a red dog sits"}}};
  const auto scores = bleu(one);
  const double brevity = std::exp(1 - 4.0 / 3);
  EXPECT_NEAR(scores[0].corpus, brevity * 2 / 3, 1e-6);
  EXPECT_NEAR(scores[1].corpus, brevity * std::sqrt(2.0 / 3 * 1 / 2), 1e-6);
  EXPECT_NEAR(scores[3].corpus, 0, 1e-3);
  EXPECT_EQ(scores[0].each.size(), 1U);
}

TEST(CaptionMetrics, BleuCountsAWordAsOftenAsAReferenceHasIt) {
  EXPECT_NEAR(bleu(std::vector<ScoredCaption>{{"the the the the", {"the cat", "the the dog"}}})[0].corpus, 0.5, 1e-6);
}

TEST(CaptionMetrics, OfTwoReferencesOfEqualDistanceTheShorterCounts) {
  // Lengths 2 and 4 are as far from 3: with 2 there is no penalty.
  EXPECT_NEAR(bleu(std::vector<ScoredCaption>{{"a b c", {"a b c d", "a b"}}})[0].corpus, 1, 1e-6);
}

TEST(CaptionMetrics, AnEqualCaptionHasBleuOneAndCiderTen) {
  const std::vector<ScoredCaption> captions = {{"a red ring on gray", {"a red ring on gray"}},
                                               {"two blue stars , dark", {"two blue stars , dark"}}};
  for (const MetricScore& score : bleu(captions)) EXPECT_NEAR(score.corpus, 1, 1e-6);
  EXPECT_NEAR(cider(captions).corpus, 10, 1e-9);
  EXPECT_NEAR(cider(captions).each.at(1), 10, 1e-9);
}

TEST(CaptionMetrics, CiderIgnoresWhatAllReferencesHave) {
  // Of "a x" and "a y" the word "a" says nothing; "x" and "a x" are what one picture has and the other has not.
  const std::vector<ScoredCaption> captions = {{"a y", {"a x"}}, {"a y", {"a y"}}};
  const MetricScore score = cider(captions);
  EXPECT_NEAR(score.each.at(0), 0, 1e-12);
  // One of the words and the pair agree wholly; there are no longer n-grams: two of four orders.
  EXPECT_NEAR(score.each.at(1), 10 * 2 / 4.0, 1e-9);
  EXPECT_NEAR(score.corpus, 2.5, 1e-9);
}

TEST(CaptionMetrics, CiderFallsWithTheDifferenceOfLengths) {
  const std::vector<ScoredCaption> captions = {{"x", {"x y y y y y y"}}, {"z", {"z"}}};
  // Words: weights (1, 0) against (1, 6), clipped; six word pairs of difference.
  const double words = 1 / std::sqrt(37.0);
  EXPECT_NEAR(cider(captions).each.at(0), 10 * words * std::exp(-36.0 / 72) / 4, 1e-9);
}

TEST(CaptionMetrics, WordsEndAtEveryBlankOfUnicode) {
  EXPECT_NEAR(bleu(std::vector<ScoredCaption>{{"3\u00a01/2 pears", {"3 1/2\u3000 pears\n"}}})[2].corpus, 1, 1e-6);
}

TEST(CaptionMetrics, EmptyCaptionsAndSetsAreNothing) {
  EXPECT_TRUE(cider({}).each.empty());
  EXPECT_EQ(bleu({})[3].corpus, 0);
  const std::vector<ScoredCaption> empty = {{"", {"a b c d"}}, {"a", {"a"}}};
  EXPECT_NEAR(bleu(empty)[0].each.at(0), 0, 1e-9);
  EXPECT_EQ(cider(empty).each.at(0), 0);
}

TEST(CaptionMetrics, ACaptionWithoutReferencesIsRefused) {
  const std::vector<ScoredCaption> captions = {{"a ring", {}}};
  EXPECT_THROW(bleu(captions), Error);
  EXPECT_THROW(cider(captions), Error);
}

TEST(CaptionMetricsGolden, AgreeWithCocoCaption) {
  constexpr double kTolerance = 1e-6;  // tests/data/golden/README.md
  const auto file = test::read_json(test::golden_dir() / "metrics" / "caption_metrics.json");
  int sets = 0;
  for (const char* name : {"pretokenised", "ptb"}) {
    const auto& set = file.at(name);
    std::vector<ScoredCaption> captions;
    for (const auto& id : set.at("image_order")) {
      const auto key = std::to_string(id.get<std::int64_t>());
      captions.push_back({set.at("candidates").at(key), set.at("references").at(key)});
    }
    ASSERT_FALSE(captions.empty());
    const auto expect = [&](const MetricScore& found, const std::string& metric) {
      EXPECT_NEAR(found.corpus, set.at(metric).at("corpus").get<double>(), kTolerance) << name << " " << metric;
      const auto each = set.at(metric).at("per_image").get<std::vector<double>>();
      ASSERT_EQ(found.each.size(), each.size());
      for (std::size_t i = 0; i < each.size(); ++i)
        EXPECT_NEAR(found.each[i], each[i], kTolerance) << name << " " << metric << " " << captions[i].candidate;
    };
    const auto scores = bleu(captions);
    for (std::size_t n = 0; n < scores.size(); ++n) expect(scores[n], "Bleu_" + std::to_string(n + 1));
    expect(cider(captions), "CIDEr");
    ++sets;
  }
  EXPECT_EQ(sets, 2);
}

}  // namespace
}  // namespace blip
