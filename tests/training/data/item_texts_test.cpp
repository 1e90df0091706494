#include "training/data/item_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using testing::ElementsAre;

ItemTexts read(const std::string& json) {
  const auto object = nlohmann::json::parse(json);
  return read_item_texts(JsonEntry(object, "x"));
}

TEST(ItemTexts, EachKindMayBeMissing) {
  const ItemTexts none = read("{}");
  for (const TextKind kind : {TextKind::kCaptions, TextKind::kWeb, TextKind::kQuestions}) EXPECT_FALSE(none.has(kind));
  EXPECT_TRUE(read(R"({"web": "w"})").has(TextKind::kWeb));
  EXPECT_TRUE(read(R"({"caption": "c"})").has(TextKind::kCaptions));
  EXPECT_TRUE(read(R"({"questions": [{"question": "q", "answer": "a"}]})").has(TextKind::kQuestions));
  EXPECT_FALSE(read(R"({"questions": []})").has(TextKind::kQuestions));
  EXPECT_THAT(read(R"({"captions": "one"})").captions, ElementsAre("one"));
  EXPECT_THAT(read(R"({"captions": ["one", "two"], "caption": "not taken"})").captions, ElementsAre("one", "two"));
}

TEST(ItemTexts, TheChoiceDecidesWhichOfSeveral) {
  const ItemTexts texts =
      read(R"({"captions": ["a", "b"], "questions": [{"question": "q", "answer": ["x", "y", "x"]}]})");
  Sample sample;
  texts.choose(TextKind::kCaptions, 7, sample);
  EXPECT_EQ(sample.text, "b");
  texts.choose(TextKind::kCaptions, 8, sample);
  EXPECT_EQ(sample.text, "a");
  texts.choose(TextKind::kQuestions, 5, sample);
  EXPECT_EQ(sample.text, "q");
  ASSERT_EQ(sample.answers.size(), 2u);
  EXPECT_FLOAT_EQ(sample.answers[0].weight, 2.0F / 3);
}

TEST(ItemTexts, WeightsOfAnswersSumToOne) {
  const auto answers = weigh_answers({"b", "a", "b", "c", "b", "a", "b", "b", "b", "b"});
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].text, "b");
  EXPECT_EQ(answers[1].text, "a");
  float sum = 0;
  for (const auto& answer : answers) sum += answer.weight;
  EXPECT_FLOAT_EQ(sum, 1);
  EXPECT_FLOAT_EQ(answers[0].weight, 0.7F);
}

TEST(ItemTexts, KindsHaveNames) {
  EXPECT_EQ(text_kind_from_name("captions"), TextKind::kCaptions);
  EXPECT_EQ(text_kind_from_name("web"), TextKind::kWeb);
  EXPECT_EQ(text_kind_from_name("questions"), TextKind::kQuestions);
  EXPECT_NE(test::error_of([] { text_kind_from_name("Captions"); }), "");
}

}  // namespace
}  // namespace blip
