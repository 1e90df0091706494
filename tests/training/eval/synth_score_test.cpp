#include "training/eval/synth_score.h"

#include <gtest/gtest.h>

#include "tests/training/synth/facts_builder.h"

namespace blip {
namespace {

using synth::test::group;

SynthPicture picture(std::string id, synth::SceneFacts facts, std::vector<std::string> captions) {
  SynthPicture result;
  result.id = std::move(id);
  result.facts = std::move(facts);
  result.captions = std::move(captions);
  return result;
}

std::vector<std::string> chosen(const SynthSet& set, std::size_t count) {
  std::vector<std::string> result;
  for (const DistinctPicture& one : choose_distinct(set, count)) result.push_back(one.picture->id + ": " + one.text);
  return result;
}

TEST(SynthScore, PicturesAreTakenThatTheirCaptionsTellApart) {
  const auto ring = synth::test::scene("dark", {group("small", "red", "ring", {{0.5, 0.5}})});
  const auto large_ring = synth::test::scene("dark", {group("large", "red", "ring", {{0.5, 0.5}})});
  const auto star = synth::test::scene("dark", {group("large", "red", "star", {{0.5, 0.5}})});
  SynthSet set;
  set.shots = {picture("a", ring, {"a small red ring"}),
               picture("b", ring, {"a red ring on a dark background"}),        // the caption of "a" is true of it
               picture("c", large_ring, {"a red ring", "a large red ring"})};  // the first would be true of "a"
  set.stills = {picture("d", star, {"a red star"}), picture("e", star, {"a red star"})};
  EXPECT_EQ(chosen(set, 10), (std::vector<std::string>{"a: a small red ring", "c: a large red ring", "d: a red star"}));
  EXPECT_EQ(chosen(set, 2).size(), 2U);
}

TEST(SynthScore, ACaptionMustNameAll) {
  SynthSet set;
  set.shots = {picture("a", synth::test::circles_and_star(), {"a blue star"})};
  EXPECT_TRUE(chosen(set, 1).empty());
}

// Nearly side by side, so that "left of" is a matter of opinion.
TEST(SynthScore, DoubtfulRelationsDoNotTellApart) {
  const auto beside = [](double x) {
    return synth::test::scene(
        "dark", {group("small", "red", "ring", {{0.5, 0.4}}), group("small", "blue", "ring", {{x, 0.6}})});
  };
  SynthSet set;
  set.shots = {picture("a", beside(0.8), {"a red ring left of a blue ring"}),
               picture("b", beside(0.53), {"a red ring above a blue ring"})};
  EXPECT_EQ(chosen(set, 2).size(), 1U);
}

}  // namespace
}  // namespace blip
