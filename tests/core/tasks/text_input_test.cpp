#include "core/tasks/text_input.h"

#include <gtest/gtest.h>

namespace blip::test {
namespace {

// Ids: [PAD] [UNK] [CLS] [SEP] [MASK] a red dog ? is then [DEC] [ENC].
Tokenizer tokenizer() {
  return Tokenizer(Vocabulary::from_tokens({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "red", "dog", "?", "is"}));
}

using Ids = std::vector<std::int64_t>;

TEST(TextInput, CaptionsAreCleanedAndCut) {
  EXPECT_EQ(caption_ids(tokenizer(), "A red; DOG!", 35), (Ids{2, 5, 6, 7, 3}));
  EXPECT_EQ(caption_ids(tokenizer(), "a red dog", 4), (Ids{2, 5, 6, 3}));
}

TEST(TextInput, QuestionsKeepTheirMark) { EXPECT_EQ(question_ids(tokenizer(), "Is a dog red?", 35), (Ids{2, 9, 5, 7, 6, 8, 3})); }

TEST(TextInput, TheFirstTokenIsReplaced) {
  const SpecialTokens special = tokenizer().vocabulary().special();
  EXPECT_EQ(with_first({2, 5, 3}, FirstToken::kEncode, special), (Ids{11, 5, 3}));
  EXPECT_EQ(with_first({2, 5, 3}, FirstToken::kCls, special), (Ids{2, 5, 3}));
}

TEST(TextInput, ShorterTextsArePaddedBehind) {
  const TokenBatch batch = right_padded({{2, 5, 3}, {2, 3}}, 0);
  EXPECT_EQ(batch.texts, 2);
  EXPECT_EQ(batch.length, 3);
  EXPECT_EQ(batch.ids, (Ids{2, 5, 3, 2, 3, 0}));
  EXPECT_EQ(batch.mask, (std::vector<std::uint8_t>{1, 1, 1, 1, 1, 0}));
}

TEST(TextInput, NoTextsAreAnEmptyBatch) { EXPECT_EQ(right_padded({}, 0).texts, 0); }

}  // namespace
}  // namespace blip::test
