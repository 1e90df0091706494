#include "core/tasks/text_input.h"

#include <gtest/gtest.h>

namespace blip::test {
namespace {

// Ids: [PAD] [UNK] [CLS] [SEP] [MASK] a red dog ? is then [DEC] [ENC].
Tokenizer tokenizer() {
  return Tokenizer(
      Vocabulary::from_tokens({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "red", "dog", "?", "is"}));
}

using Ids = std::vector<std::int64_t>;

TEST(TextInput, CaptionsAreCleanedAndCut) {
  EXPECT_EQ(caption_ids(tokenizer(), "A red; DOG!", 35), (Ids{2, 5, 6, 7, 3}));
  EXPECT_EQ(caption_ids(tokenizer(), "a red dog", 4), (Ids{2, 5, 6, 3}));
}

TEST(TextInput, QuestionsKeepTheirMark) {
  EXPECT_EQ(question_ids(tokenizer(), "Is a dog red?", 35), (Ids{2, 9, 5, 7, 6, 8, 3}));
}

TEST(TextInput, TheFirstTokenIsReplaced) {
  const SpecialTokens special = tokenizer().vocabulary().special();
  EXPECT_EQ(with_first({2, 5, 3}, FirstToken::kEncode, special), (Ids{11, 5, 3}));
  EXPECT_EQ(with_first({2, 5, 3}, FirstToken::kCls, special), (Ids{2, 5, 3}));
}

}  // namespace
}  // namespace blip::test
