#include "training/synth/truth.h"

#include <gtest/gtest.h>

#include "tests/training/synth/facts_builder.h"
#include "tests/training/synth/shapes_file.h"

namespace blip::synth {
namespace {

using test::group;

// Two small red circles, a large red star, a small blue circle, from left to right, on gray.
SceneFacts mixed() {
  return test::scene(
      "gray", {group("small", "red", "circle", {{0.1, 0.3}, {0.2, 0.7}}), group("large", "red", "star", {{0.5, 0.2}}),
               group("small", "blue", "circle", {{0.8, 0.8}})});
}

TEST(Truth, TrueCaptionsHold) {
  for (const char* text :
       {"two red circles , a red star and a blue circle", "two small red circles , a large red star and a blue circle",
        "a blue circle , two red circles and a red star", "two red circles", "two red circles left of a red star",
        "a blue circle right of two red circles on a gray background", "a red star above a blue circle",
        "a blue circle below a red star", "four shapes : two red circles , a red star and a blue circle",
        "three small circles", "three circles and a star", "a star", "four shapes", "a blue thing"})
    EXPECT_TRUE(judge(text, mixed()).is_true) << text;
}

TEST(Truth, OneWrongFactIsCaught) {
  for (const char* text : {"two green circles , a red star and a blue circle",      // colour
                           "two red circles , a red heart and a blue circle",       // shape
                           "three red circles , a red star and a blue circle",      // count
                           "a red circle , a red star and a blue circle",           //
                           "two large red circles , a red star and a blue circle",  // size
                           "two red circles right of a red star",                   // relation
                           "two red circles above a red star",                      // 0.7 is below 0.2
                           "a red star below a blue circle",                        //
                           "a blue circle left of two red circles",                 //
                           "two red circles on a dark background",                  // background
                           "three shapes : two red circles and a blue circle",      // total
                           "two circles",                                           // three
                           "three large circles",                                   //
                           "two blue circles , a blue star and a red circle",       // colours exchanged
                           "a red circle and a red circle",                         // the same two, one by one
                           "two red circles and three circles",                     // speaks twice of the same
                           "five shapes"})
    EXPECT_FALSE(judge(text, mixed()).is_true) << text;
}

TEST(Truth, RelationsHoldForEveryMember) {
  const SceneFacts facts = test::scene(
      "dark", {group("small", "red", "ring", {{0.2, 0.5}, {0.6, 0.5}}), group("small", "blue", "ring", {{0.45, 0.5}})});
  EXPECT_FALSE(judge("two red rings left of a blue ring", facts).is_true);
  EXPECT_FALSE(judge("two red rings right of a blue ring", facts).is_true);
  EXPECT_TRUE(judge("two red rings and a blue ring", facts).is_true);
}

TEST(Truth, SureFalsehoodNeedsMoreThanADoubtfulRelation) {
  const SceneFacts facts =
      test::scene("dark", {group("small", "red", "ring", {{0.5, 0.5}}), group("small", "blue", "ring", {{0.55, 0.5}})});
  const auto left = *parse_statement("a red ring left of a blue ring");
  EXPECT_FALSE(holds(left, facts));
  EXPECT_FALSE(surely_false(left, facts));
  EXPECT_TRUE(surely_false(*parse_statement("a red ring right of a blue ring"), facts));
  EXPECT_TRUE(surely_false(*parse_statement("a red ring left of a pink ring"), facts));
}

TEST(Truth, TellsWhatIsNamed) {
  EXPECT_TRUE(judge("two red circles , a red star and a blue circle", mixed()).names_all);
  const Judgement some = judge("a blue circle", mixed());
  EXPECT_TRUE(some.is_true);
  EXPECT_FALSE(some.names_all);
  EXPECT_EQ(some.named, (std::vector<bool>{false, false, true}));
  EXPECT_EQ(judge("three circles", mixed()).named, (std::vector<bool>{true, false, true}));
  const Judgement wrong = judge("three red circles , a red star and a blue circle", mixed());
  EXPECT_FALSE(wrong.names_all);
}

TEST(Truth, WordOverlapIsIntersectionOverUnion) {
  // The scene has red, circle, red, star, blue, circle.
  EXPECT_EQ(judge("two red circles , a red star and a blue circle", mixed()).word_overlap, 1);
  EXPECT_NEAR(judge("two red circles and a red star", mixed()).word_overlap, 4.0 / 6, 1e-12);
  EXPECT_NEAR(judge("two red circles , a red heart and a blue circle", mixed()).word_overlap, 5.0 / 7, 1e-12);
  EXPECT_NEAR(judge("red red red", mixed()).word_overlap, 2.0 / 7, 1e-12);
  EXPECT_EQ(judge("image 3421 stock photo", mixed()).word_overlap, 0);
}

TEST(Truth, WhatIsNoSentenceIsNotTrue) {
  for (const char* text : {"", "red", "image 3421 stock photo", "two red circle", "a red star on a gray"}) {
    const Judgement judgement = judge(text, mixed());
    EXPECT_FALSE(judgement.is_sentence) << text;
    EXPECT_FALSE(judgement.is_true) << text;
    EXPECT_EQ(judgement.named.size(), 3U);
  }
}

TEST(TruthGolden, AgreesWithTheReferenceClips) {
  int sentences = 0;
  const int shots = test::for_each_shot([&](const auto& shot, const SceneFacts& facts) {
    for (const char* key : {"captions", "true_captions"})
      for (const auto& caption : shot.at(key)) {
        const Judgement judgement = judge(caption.template get<std::string>(), facts);
        EXPECT_TRUE(judgement.is_true && judgement.names_all) << caption;
        EXPECT_EQ(judgement.word_overlap, 1) << caption;
        ++sentences;
      }
    const auto wrong = shot.at("wrong_caption").template get<std::string>();
    EXPECT_TRUE(judge(wrong, facts).is_sentence) << wrong;
    EXPECT_FALSE(judge(wrong, facts).is_true) << wrong;
  });
  EXPECT_GT(shots, 0);
  EXPECT_GT(sentences, shots);
}

}  // namespace
}  // namespace blip::synth
