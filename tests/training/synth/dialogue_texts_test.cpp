#include "training/synth/dialogue_texts.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/training/synth/facts_builder.h"

namespace blip::synth {
namespace {

TEST(DialogueTexts, LanguageSamplesAreOfThreeForms) {
  int alone = 0, whole = 0, answers = 0;
  for (std::uint64_t i = 0; i < 600; ++i) {
    Random random({51, i});
    const auto sample = language_sample(World::kRich, test::circles_and_star(), random);
    const auto text = sample.at("text").get<std::string>();
    if (sample.contains("prompt")) {
      const auto prompt = sample.at("prompt").get<std::string>();
      EXPECT_TRUE(prompt.ends_with("Answer:")) << prompt;
      EXPECT_NE(prompt.find("star"), std::string::npos) << prompt;
      EXPECT_TRUE(text.starts_with(" ") && text.find('?') == std::string::npos) << text;
      ++answers;
    } else {
      const bool asked = text.find("Question: ") != std::string::npos;
      asked ? ++whole : ++alone;
      EXPECT_EQ(text.back() == '.', !asked) << text;  // an answer ends without
    }
  }
  EXPECT_GT(alone, 30);
  EXPECT_GT(whole, 200);
  EXPECT_GT(answers, 100);
}

TEST(DialogueTexts, PicturesAreCaptionedAndAskedAbout) {
  Random random({52});
  const auto samples = picture_samples(World::kRich, test::circles_and_star(), 3, random);
  ASSERT_EQ(samples.size(), 4U);
  EXPECT_EQ(samples[0].at("prompt"), "");
  EXPECT_EQ(samples[0].at("text"), "two small red circles left of a large blue star on a dark background");
  for (std::size_t i = 1; i < samples.size(); ++i) {
    EXPECT_TRUE(samples[i].at("prompt").get<std::string>().starts_with("Question: "));
    EXPECT_TRUE(samples[i].at("prompt").get<std::string>().ends_with(" Answer:"));
  }
}

}  // namespace
}  // namespace blip::synth
