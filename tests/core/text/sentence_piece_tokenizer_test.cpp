#include "core/text/sentence_piece_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/golden.h"

namespace blip::test {
namespace {

using testing::HasSubstr;
using Ids = std::vector<std::int64_t>;

class SentencePieceTokenizerTest : public testing::Test {
 protected:
  static std::string complaint(std::string_view model, const TokenizerNotes& notes = {}) {
    try {
      const SentencePieceTokenizer made(model, notes, "spiece.model");
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      return error.what();
    }
    return "";
  }
  const std::string model_ = read_bytes(golden2_dir() / "hf-blip2-t5-tiny" / "spiece.model");
  const SentencePieceTokenizer tokenizer_{model_, {}, "spiece.model"};
};

TEST_F(SentencePieceTokenizerTest, TheEndStandsBehindAndIsKeptWhenATextIsCut) {
  const Ids whole = tokenizer_.encode("a photo of a photo");
  EXPECT_EQ(whole.back(), tokenizer_.special().end);
  ASSERT_GT(whole.size(), 3u);
  EXPECT_EQ(tokenizer_.encode("a photo of a photo", 3), (Ids{whole[0], whole[1], tokenizer_.special().end}));
  EXPECT_EQ(tokenizer_.encode("a photo", 1), Ids{tokenizer_.special().end});
}

TEST_F(SentencePieceTokenizerTest, ExtraIdsFollowThePiecesInFallingOrder) {
  const Ids first = tokenizer_.encode_plain("<extra_id_99>"), last = tokenizer_.encode_plain("<extra_id_0>");
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0], first[0] + 99);
  EXPECT_EQ(tokenizer_.size(), last[0] + 1);
  EXPECT_EQ(tokenizer_.decode(last, {.skip_special = false}), "<extra_id_0>");
  EXPECT_EQ(tokenizer_.decode(last), "");
}

TEST_F(SentencePieceTokenizerTest, ForeignIdsAndBadTextsDoNoHarm) {
  EXPECT_EQ(tokenizer_.decode(Ids{-1, tokenizer_.size(), 1'000'000}), "");
  EXPECT_EQ(tokenizer_.decode(Ids{-1, tokenizer_.size(), 1'000'000}, {.mark_unknown = true}), "");
  EXPECT_THROW(tokenizer_.encode("\xC3"), Error);
}

TEST_F(SentencePieceTokenizerTest, DamagedModelsAreRefused) {
  EXPECT_THAT(complaint(""), HasSubstr("'spiece.model' is not a SentencePiece model: it is empty"));
  EXPECT_NE(complaint("no model"), "");
  // Wherever it is cut: the library takes what ends between two pieces, but that lacks what stands behind them.
  for (std::size_t length = 1; length < model_.size(); length += length < 10000 ? 1 : 997)
    EXPECT_NE(complaint(std::string_view(model_).substr(0, length)), "") << length;
}

TEST_F(SentencePieceTokenizerTest, FilesThatContradictEachOtherAreRefused) {
  TokenizerNotes wrong;
  wrong.added = {{"</s>", 7}};
  EXPECT_THAT(complaint(model_, wrong), HasSubstr("'</s>' has id 1 here and 7"));
  wrong.added = {{"<image>", 5'000'000}};
  EXPECT_THAT(complaint(model_, wrong), HasSubstr("'<image>' has id 5000000"));
}

}  // namespace
}  // namespace blip::test
