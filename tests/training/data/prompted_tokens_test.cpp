#include "training/data/prompted_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text/byte_bpe_training.h"
#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::HasSubstr;

// Words of the texts are one token each, with the blank in front of them.
class PromptedTokensTest : public testing::Test {
 protected:
  PromptedTokensTest() {
    const std::vector<std::string> texts(8, "Question: what colour is it? Answer: red");
    write_byte_bpe(train_byte_bpe(texts, 400), folder_.path());
    tokenizer_ = load_language_tokenizer(folder_.path());
  }
  std::string decoded(const PromptedTokens& tokens, std::int64_t from) const {
    return tokenizer_->decode(std::span(tokens.ids).subspan(static_cast<std::size_t>(from)));
  }

  test::TempDir folder_;
  std::unique_ptr<LanguageTokenizer> tokenizer_;
};

TEST_F(PromptedTokensTest, ATextIsFramedByStartAndNewline) {
  const auto tokens = prompted_tokens({"", "what colour"}, *tokenizer_, 0);
  EXPECT_EQ(tokens.ids.front(), tokenizer_->special().start);
  EXPECT_EQ(tokens.ids.back(), tokenizer_->special().end);
  EXPECT_EQ(tokens.prompt_tokens, 0);  // as LAVIS: without a prompt the start is learnt, too
  EXPECT_EQ(decoded(tokens, 0), "what colour\n");
}

TEST_F(PromptedTokensTest, WhatIsLearntIsTheTextWhateverBlanksStandBetween) {
  for (const auto& [prompt, text] : {std::pair{"what colour is it? Answer:", "red"},
                                     {"what colour is it? Answer: ", "red"},
                                     {"what colour is it? Answer:", " red"}}) {
    const auto tokens = prompted_tokens({prompt, text}, *tokenizer_, 0);
    EXPECT_EQ(decoded(tokens, tokens.prompt_tokens), " red\n") << prompt << "|" << text;
    EXPECT_EQ(decoded(tokens, 0), "what colour is it? Answer: red\n");
  }
}

TEST_F(PromptedTokensTest, LongTextsLoseTheirEndAndPromptsNeedRoom) {
  const auto whole = prompted_tokens({"what", "colour is it?"}, *tokenizer_, 0);
  const auto length = static_cast<std::int64_t>(whole.ids.size());
  const auto cut = prompted_tokens({"what", "colour is it?"}, *tokenizer_, length - 1);
  EXPECT_EQ(cut.ids, std::vector<std::int64_t>(whole.ids.begin(), whole.ids.end() - 1));
  PromptedText item{"what colour is it?", "red"};
  item.id = "f:7";
  EXPECT_THAT(error_of([&] { prompted_tokens(item, *tokenizer_, 3); }),
              AllOf(HasSubstr("'f:7'"), HasSubstr("no room"), HasSubstr("in 3")));
}

}  // namespace
}  // namespace blip
