#include "training/data/text_preparation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// The vocabulary of small_tokenizer().
constexpr std::int64_t kUnk = 1, kCls = 2, kSep = 3, kA = 5, kPicture = 6, kOf = 7, kCat = 8, kDog = 9, kWhat = 10,
                       kQuestionMark = 11, kYes = 12;

TextPreparation preparation(const std::string& task) {
  return {test::small_tokenizer(), text_options(task)};
}

Sample sample_of(const std::string& text) {
  Sample sample;
  sample.id = "s1";
  sample.text = text;
  return sample;
}

TEST(TextPreparation, PretrainingCleansTheCaption) {
  EXPECT_THAT(preparation("pretrain").prepare(sample_of(" A Cat. ")).ids, ElementsAre(kCls, kA, kCat, kSep));
  EXPECT_EQ(preparation("pretrain").prompt_tokens(), 0);
}

TEST(TextPreparation, PretrainingKeepsThirtyTokens) {
  std::string text = "cat";
  for (int i = 0; i < 40; ++i) text += " dog";
  const auto ids = preparation("pretrain").prepare(sample_of(text)).ids;
  ASSERT_EQ(ids.size(), 30u);  // of at most 30 words, cut to 28 between [CLS] and [SEP]
  EXPECT_EQ(ids.back(), kSep);
  EXPECT_EQ(preparation("retrieval").prepare(sample_of(text)).ids.size(), 32u);  // 30 words fit into 35 tokens
  EXPECT_EQ(preparation("nlvr2").prepare(sample_of(text)).ids.size(), 42u);      // 40 words, never cut
}

TEST(TextPreparation, CaptionsBeginWithThePrompt) {
  const auto captions = preparation("caption");
  EXPECT_EQ(captions.prompt_tokens(), 4);  // [CLS] a picture of
  EXPECT_THAT(captions.prepare(sample_of("A dog!")).ids, ElementsAre(kCls, kA, kPicture, kOf, kA, kDog, kSep));
}

TEST(TextPreparation, QuestionsKeepTheirMarkAndAnswersAreLeftAsTheyAre) {
  Sample sample = sample_of("What. Cat? ");
  sample.answers = {{"YES", 0.7F}, {"a !dog", 0.3F}};
  const auto prepared = preparation("vqa").prepare(sample);
  EXPECT_THAT(prepared.ids, ElementsAre(kCls, kWhat, kCat, kQuestionMark, kSep));
  ASSERT_EQ(prepared.answers.size(), 2u);
  EXPECT_THAT(prepared.answers[0], ElementsAre(kCls, kYes, kSep));
  EXPECT_THAT(prepared.answers[1], ElementsAre(kCls, kA, kUnk, kDog, kSep));
}

TEST(TextPreparation, NamesTheSampleWithoutText) {
  const auto captions = preparation("caption"), questions = preparation("vqa");
  EXPECT_THAT(error_of([&] { captions.prepare(sample_of(" ... ")); }),
              AllOf(HasSubstr("'s1'"), HasSubstr("nothing is left")));
  EXPECT_THAT(error_of([&] { captions.prepare(sample_of("a \xff")); }), HasSubstr("not UTF-8"));
  EXPECT_THAT(error_of([&] { questions.prepare(sample_of("what?")); }), HasSubstr("no answers"));
  Sample blank = sample_of("what?");
  blank.answers = {{" ", 1}};
  EXPECT_THAT(error_of([&] { questions.prepare(blank); }), HasSubstr("empty answer"));
}

TEST(TextPreparation, RefusesOptionsWithoutRoomForText) {
  EXPECT_THAT(error_of([] { text_options("captions"); }), HasSubstr("must be pretrain, caption"));
  TextOptions options = text_options("caption");
  options.max_tokens = 5;  // [CLS] a picture of [SEP]
  EXPECT_THAT(error_of([&] { TextPreparation(test::small_tokenizer(), options); }), HasSubstr("leave room"));
  options.max_tokens = 2;
  EXPECT_THAT(error_of([&] { options.validate(); }), HasSubstr("max_tokens is 2"));
  options = {};
  options.max_words = 0;
  EXPECT_THAT(error_of([&] { options.validate(); }), HasSubstr("max_words is 0"));
}

}  // namespace
}  // namespace blip
