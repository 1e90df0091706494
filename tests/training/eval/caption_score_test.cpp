#include "training/eval/caption_score.h"

#include <gtest/gtest.h>

#include "tests/training/synth/facts_builder.h"

namespace blip {
namespace {

SynthPicture picture(synth::SceneFacts facts) {
  SynthPicture result;
  result.facts = std::move(facts);
  return result;
}

double value(const Figures& figures, const std::string& key) {
  const Figure* figure = figures.find(key);
  return figure == nullptr ? -1 : figure->value;
}

TEST(CaptionScore, CountsWhatIsTrueWhatIsNamedAndWhatIsWrong) {
  const auto pair = synth::test::circles_and_star();
  const auto single = synth::test::scene("gray", {synth::test::group("small", "pink", "ring", {{0.5, 0.5}})});
  const std::vector<SynthPicture> pictures = {picture(pair), picture(pair), picture(pair), picture(single)};
  Figures figures;
  score_captions({"two red circles and a blue star",  // all is well
                  "two red circles",                  // true, but the star is left out: 2 of 4 words
                  "three red circles and a blue star", "a pink ring on a gray background"},
                 pictures, "c", "captions", figures);
  EXPECT_DOUBLE_EQ(value(figures, "c.true"), 2.0 / 4);
  EXPECT_DOUBLE_EQ(value(figures, "c.true.groups1"), 1);
  EXPECT_DOUBLE_EQ(value(figures, "c.true.groups2"), 1.0 / 3);
  EXPECT_EQ(figures.find("c.true.groups2")->count, 3);
  EXPECT_DOUBLE_EQ(value(figures, "c.facts_hold"), 3.0 / 4);
  EXPECT_DOUBLE_EQ(value(figures, "c.names_all"), 2.0 / 4);
  EXPECT_DOUBLE_EQ(value(figures, "c.sentence"), 1);
  EXPECT_DOUBLE_EQ(value(figures, "c.overlap"), (1 + 0.5 + 1 + 1) / 4);
  EXPECT_DOUBLE_EQ(value(figures, "c.fault.count"), 1.0 / 4);
  EXPECT_DOUBLE_EQ(value(figures, "c.fault.left out"), 1.0 / 4);
}

// Vague words are true and name the group, but do not say what it is.
TEST(CaptionScore, ATrueCaptionMustSayColourAndShape) {
  const auto single = synth::test::scene("gray", {synth::test::group("small", "pink", "ring", {{0.5, 0.5}})});
  Figures figures;
  score_captions({"a thing"}, std::vector{picture(single)}, "c", "captions", figures);
  EXPECT_EQ(value(figures, "c.names_all"), 1);
  EXPECT_EQ(value(figures, "c.true"), 0);
}

TEST(CaptionScore, NoPicturesNoFigures) {
  Figures figures;
  score_captions({}, {}, "c", "captions", figures);
  EXPECT_TRUE(figures.all().empty());
}

}  // namespace
}  // namespace blip
