#include "training/synth/distortions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include "core/base/error.h"
#include "training/synth/captions.h"
#include "training/synth/truth.h"

namespace blip::synth {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string token; stream >> token;) words.push_back(token == "an" ? "a" : token);
  return words;
}

int differing_words(const std::string& a, const std::string& b) {
  const auto left = words_of(a), right = words_of(b);
  if (left.size() != right.size()) return -1;
  int count = 0;
  for (std::size_t i = 0; i < left.size(); ++i) count += left[i] != right[i] ? 1 : 0;
  return count;
}

class DistortionsOfWorld : public ::testing::TestWithParam<World> {};
INSTANTIATE_TEST_SUITE_P(Each, DistortionsOfWorld, ::testing::Values(World::kBasic, World::kRich));

TEST_P(DistortionsOfWorld, WrongCaptionsAreSentencesThatAreSurelyFalse) {
  std::map<std::string, int> kinds;
  for (std::uint64_t i = 0; i < 800; ++i) {
    Random random({31, i});
    const SceneFacts facts = sample_scene(GetParam(), {}, random).facts;
    const WrongCaption wrong = sample_wrong_caption(GetParam(), facts, random);
    const auto statement = parse_statement(wrong.text);
    ASSERT_TRUE(statement) << wrong.text;
    EXPECT_TRUE(surely_false(*statement, facts)) << wrong.text;
    ++kinds[wrong.kind];
  }
  EXPECT_NEAR(kinds["other scene"], 400, 60);
  for (const char* kind : {"colour", "shape", "size", "relation", "background"})
    EXPECT_GT(kinds[std::string(kind) + " changed"], 5) << kind;
  EXPECT_EQ(kinds.count("count changed"), GetParam() == World::kRich ? 1U : 0U);
}

TEST(Distortions, OneChangedFactIsOneWord) {
  std::set<std::string> kinds;
  for (std::uint64_t i = 0; i < 600; ++i) {
    Random random({32, i});
    const SceneFacts facts = sample_scene(World::kRich, {}, random).facts;
    const Statement statement = random.pick(true_statements(World::kRich, facts));
    const auto wrong = change_one_fact(World::kRich, facts, statement, random);
    if (!wrong) continue;
    kinds.insert(wrong->kind);
    const int differing = differing_words(to_text(statement), wrong->text);
    if (wrong->kind == "relation changed") continue;  // "left of", "above"
    EXPECT_GE(differing, 1) << to_text(statement) << " / " << wrong->text;
    const int most = wrong->kind == "count changed" ? 2 : 1;  // "a circle", "two circles"
    EXPECT_LE(differing, most) << to_text(statement) << " / " << wrong->text;
  }
  EXPECT_EQ(kinds.size(), 6U);
}

TEST_P(DistortionsOfWorld, WebTextsAreWhatTheirLabelSays) {
  std::map<std::string, int> labels;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    Random random({33, i});
    const SceneFacts facts = sample_scene(GetParam(), {}, random).facts;
    const WebText web = sample_web_text(GetParam(), facts, {}, random);
    const Judgement judgement = judge(web.text, facts);
    ++labels[web.label];
    if (web.label == "right") {
      EXPECT_TRUE(judgement.names_all) << web.text;
      EXPECT_EQ(judgement.word_overlap, 1) << web.text;
    } else if (web.label == "partial") {
      EXPECT_TRUE(judgement.is_true) << web.text;
      EXPECT_LT(judgement.word_overlap, 1) << web.text;
    } else {
      EXPECT_FALSE(judgement.is_true) << web.text;
      if (web.label == "wrong") {
        EXPECT_TRUE(judgement.is_sentence) << web.text;
      }
    }
  }
  EXPECT_NEAR(labels["right"], 400, 60);
  EXPECT_NEAR(labels["partial"], 200, 50);
  EXPECT_NEAR(labels["wrong"], 200, 50);
  EXPECT_NEAR(labels["irrelevant"], 200, 50);
}

TEST(Distortions, RatesAreKept) {
  Random random({34});
  const SceneFacts facts = sample_scene(World::kRich, {}, random).facts;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(sample_web_text(World::kRich, facts, {.right = 1, .partial = 0, .wrong = 0}, random).label, "right");
    EXPECT_EQ(sample_web_text(World::kRich, facts, {.right = 0, .partial = 0, .wrong = 0}, random).label, "irrelevant");
  }
}

TEST(Distortions, RatesOutOfRangeAreRefused) {
  EXPECT_NO_THROW((WebRates{.right = 0.5, .partial = 0.3, .wrong = 0.2}.validate()));
  EXPECT_THROW((WebRates{.right = -0.1, .partial = 0.3, .wrong = 0.2}.validate()), Error);
  EXPECT_THROW((WebRates{.right = 0.6, .partial = 0.3, .wrong = 0.2}.validate()), Error);
  EXPECT_THROW((WebRates{.right = std::nan(""), .partial = 0.3, .wrong = 0.2}.validate()), Error);
}

}  // namespace
}  // namespace blip::synth
