#include "core/tasks/blip_texts.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/golden.h"

namespace blip::test {
namespace {

using Ids = std::vector<std::int64_t>;

class BlipTextsTest : public testing::Test {
 protected:
  static Checkpoint checkpoint() {
    Checkpoint made;
    made.config.text.max_positions = 32;
    return made;
  }
  const Tokenizer tokenizer_{Vocabulary::load(golden_dir() / "tokenizer/vocab.txt")};
  const Checkpoint checkpoint_ = checkpoint();
  const BlipTexts texts_{checkpoint_, tokenizer_};
  const SpecialTokens& special_ = tokenizer_.vocabulary().special();
};

TEST_F(BlipTextsTest, QuestionsBeginWithEncodeAndAnswersWithDecode) {
  Ids expected = tokenizer_.encode("what is it?");
  expected.front() = special_.encode;
  const DecodePlan plan = texts_.plan_answer("What is it?", {}, 1);
  EXPECT_EQ(plan.input.question, expected);
  EXPECT_EQ(plan.input.prompt, Ids{special_.decode});
  EXPECT_EQ(plan.generation.beam_scoring, BeamScoring::kOriginal);
  AnswerOptions cls;
  cls.question_token = FirstToken::kCls;
  EXPECT_EQ(texts_.plan_answer("what?", cls, 1).input.question.front(), special_.cls);
  const Ids answer = texts_.answer_ids(plan, "a dog");
  EXPECT_EQ(answer.front(), special_.decode);
  EXPECT_EQ(answer.back(), special_.sep);
}

TEST_F(BlipTextsTest, TextsBesidePicturesBeginWithEncodeUnlessWantedOtherwise) {
  const Ids plain = texts_.embedding_ids("A dog.", 0);
  EXPECT_EQ(plain, tokenizer_.encode("a dog"));
  EXPECT_EQ(texts_.match_ids("a dog", {}).front(), special_.encode);
  EXPECT_EQ(texts_.match_ids("a dog", {.first_token = FirstToken::kCls}), plain);
  std::string text;
  for (int i = 0; i < 60; ++i) text += "dog ";
  EXPECT_EQ(texts_.embedding_ids(text, 0).size(), 35u);
  EXPECT_EQ(texts_.match_ids(text, {.max_tokens = 9}).size(), 9u);
}

TEST_F(BlipTextsTest, MoreTokensThanPositionsAreRefused) {
  CaptionOptions caption;
  caption.generation.max_length = 33;
  EXPECT_THROW(texts_.plan_caption(caption, 1), Error);
  AnswerOptions answer;
  answer.generation.max_length = 33;
  EXPECT_THROW(texts_.plan_answer("what?", answer, 1), Error);
}

TEST_F(BlipTextsTest, QuestionsWithoutAWordAreRefused) {
  for (const char* question : {"", "!", "\xFF"})
    EXPECT_THROW(texts_.expect_question(question, texts_.plan_answer(question, {}, 1)), Error) << question;
  EXPECT_NO_THROW(texts_.expect_question("why", texts_.plan_answer("why", {}, 1)));
}

}  // namespace
}  // namespace blip::test
