#include "training/synth/description.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/training/synth/facts_builder.h"
#include "training/synth/scene.h"
#include "training/synth/truth.h"

namespace blip::synth {
namespace {

TEST(Description, TheFullCaptionStatesAll) {
  EXPECT_EQ(full_caption(test::circles_and_star()),
            "two small red circles left of a large blue star on a dark background");
  EXPECT_EQ(full_caption(test::scene("gray", {test::group("large", "orange", "ring", {{0.5, 0.5}})})),
            "a large orange ring on a gray background");
}

TEST(Description, TheFullCaptionIsTrueOfEveryScene) {
  for (std::uint64_t i = 0; i < 500; ++i) {
    Random random({41, i});
    const SceneFacts facts = sample_scene(World::kRich, {}, random).facts;
    const Judgement judgement = judge(full_caption(facts), facts);
    EXPECT_TRUE(judgement.is_true && judgement.names_all) << full_caption(facts);
  }
}

TEST(Description, EverySentenceIsTrue) {
  int sentences = 0;
  for (std::uint64_t i = 0; i < 500; ++i) {
    Random random({42, i});
    const SceneFacts facts = sample_scene(World::kRich, {}, random).facts;
    std::string text = sample_description(facts, random);
    ASSERT_EQ(text.back(), '.');
    if (text.find(". ") == std::string::npos) {
      EXPECT_TRUE(judge(text, facts).is_true) << text;
      EXPECT_TRUE(judge(text, facts).names_all) << text;
      continue;
    }
    for (std::size_t end = 0; (end = text.find('.')) != std::string::npos; text.erase(0, end + 2)) {
      const std::string sentence = text.substr(0, end);
      if (sentence.starts_with("there ")) {
        EXPECT_TRUE(judge(sentence, facts).is_true) << sentence;
        ++sentences;
      }
    }
  }
  EXPECT_GT(sentences, 40);
}

TEST(Description, HasManyForms) {
  std::set<std::string> forms;
  for (std::uint64_t i = 0; i < 4000; ++i) {
    Random random({43, i});
    forms.insert(sample_description(test::circles_and_star(), random));
  }
  EXPECT_TRUE(forms.count("two small red circles left of a large blue star on a dark background."));
  EXPECT_TRUE(forms.count("a photo of a large blue star right of two small red circles on a dark background."));
  EXPECT_GT(forms.size(), 20U);
}

}  // namespace
}  // namespace blip::synth
