#include "core/tasks/qformer_texts.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/golden.h"

namespace blip::test {
namespace {

using Ids = std::vector<std::int64_t>;

class QformerTextsTest : public testing::Test {
 protected:
  static Checkpoint checkpoint() {
    Checkpoint made;
    made.layout = Layout::kBlip2Qformer;
    made.config.blip2.emplace().qformer.max_positions = 64;
    return made;
  }
  const Tokenizer tokenizer_{Vocabulary::load(golden2_dir() / "hf-blip2-itm-tiny/vocab.txt", AddedTokens::kDecode)};
  const Checkpoint checkpoint_ = checkpoint();
  const QformerTexts texts_{checkpoint_, tokenizer_};
  const SpecialTokens& special_ = tokenizer_.vocabulary().special();
};

TEST_F(QformerTextsTest, TextsAreCleanedAndBeginWithCls) {
  const Ids plain = tokenizer_.encode("a red dog");
  EXPECT_EQ(plain.front(), special_.cls);
  EXPECT_EQ(texts_.embedding_ids("A  red: DOG.", 0), plain);
  EXPECT_EQ(texts_.match_ids("A  red: DOG.", {}), plain);
  EXPECT_EQ(texts_.match_ids("a red dog", {.first_token = FirstToken::kEncode}), plain);  // there is no [ENC]
}

TEST_F(QformerTextsTest, ATextHasAtMost32Tokens) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "dog ";
  EXPECT_EQ(texts_.embedding_ids(text, 0).size(), 32u);
  EXPECT_EQ(texts_.embedding_ids(text, 0).back(), special_.sep);
  EXPECT_EQ(texts_.embedding_ids(text, 5).size(), 5u);
  EXPECT_EQ(texts_.match_ids(text, {.max_tokens = 7}).size(), 7u);
}

TEST_F(QformerTextsTest, CaptionsBeginWithDecodeAloneAndAreScoredAsInLavis) {
  const DecodePlan plan = texts_.plan_caption({}, 1);
  EXPECT_EQ(plan.input.prompt, Ids{special_.decode});
  EXPECT_TRUE(plan.input.question.empty());
  EXPECT_EQ(plan.generation.beam_scoring, BeamScoring::kLavis);
  EXPECT_EQ(plan.generation.max_length, CaptionOptions{}.generation.max_length);
  CaptionOptions options;
  options.prompt = "a red";
  Ids expected = tokenizer_.encode("a red");
  expected.front() = special_.decode;
  expected.pop_back();
  EXPECT_EQ(texts_.plan_caption(options, 1).input.prompt, expected);
  options.generation.max_length = 65;
  EXPECT_THROW(texts_.plan_caption(options, 1), Error);
}

}  // namespace
}  // namespace blip::test
