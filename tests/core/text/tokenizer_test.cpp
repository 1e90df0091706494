#include "core/text/tokenizer.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"

namespace blip {
namespace {

using Ids = std::vector<std::int64_t>;

Tokenizer small_tokenizer() {
  return Tokenizer(
      Vocabulary::from_tokens({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "dog", "##s", ".", "'", "s", "it"}));
}

TEST(Tokenizer, PutsClsBeforeAndSepBehind) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.encode("A dog's dogs."), (Ids{2, 5, 6, 9, 10, 6, 7, 8, 3}));
  EXPECT_EQ(tokenizer.encode(""), (Ids{2, 3}));
  EXPECT_EQ(tokenizer.encode("a zebra"), (Ids{2, 5, 1, 3}));
}

TEST(Tokenizer, TruncationKeepsSep) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.encode("a dogs a", {.max_length = 4}), (Ids{2, 5, 6, 3}));  // cuts inside the word
  EXPECT_EQ(tokenizer.encode("a dogs a", {.max_length = 6}), (Ids{2, 5, 6, 7, 5, 3}));
  EXPECT_EQ(tokenizer.encode("a dogs a", {.max_length = 99}), (Ids{2, 5, 6, 7, 5, 3}));
  EXPECT_EQ(tokenizer.encode("a", {.max_length = 2}), (Ids{2, 3}));
  EXPECT_THROW(tokenizer.encode("a", {.max_length = 1}), Error);
  EXPECT_THROW(tokenizer.encode("a", {.max_length = -1}), Error);
}

TEST(Tokenizer, PadsToTheLongestOrToALength) {
  const Tokenizer tokenizer = small_tokenizer();
  const std::vector<Ids> texts{{2, 5, 3}, {2, 3}};
  const TokenBatch longest = tokenizer.pad(texts);
  EXPECT_EQ(longest.texts, 2);
  EXPECT_EQ(longest.length, 3);
  EXPECT_EQ(longest.ids, (Ids{2, 5, 3, 2, 3, 0}));
  EXPECT_EQ(longest.mask, (std::vector<std::uint8_t>{1, 1, 1, 1, 1, 0}));
  EXPECT_EQ(tokenizer.pad(texts, 4).ids, (Ids{2, 5, 3, 0, 2, 3, 0, 0}));
  EXPECT_THROW(tokenizer.pad(texts, 2), Error);
  EXPECT_EQ(tokenizer.pad({}).ids, Ids{});
}

TEST(Tokenizer, DecodesWithoutBlanksBeforeMarks) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.decode(Ids{2, 5, 6, 7, 8, 3, 0}), "a dogs.");
  EXPECT_EQ(tokenizer.decode(Ids{2, 11, 9, 10, 3}), "it's");
  EXPECT_EQ(tokenizer.decode(Ids{12, 5, 3}, /*skip_special=*/false), "[DEC] a [SEP]");
  EXPECT_EQ(tokenizer.decode(Ids{}), "");
  EXPECT_EQ(tokenizer.decode(Ids{1, 1}), "");
}

TEST(Tokenizer, PiecesJoinWhateverTextIsBeforeThem) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.decode(Ids{7, 7}), "##ss");
  EXPECT_EQ(tokenizer.decode(Ids{12, 7, 3}), "##s");
  EXPECT_EQ(tokenizer.decode(Ids{12, 7, 3}, /*skip_special=*/false), "[DEC] ##s [SEP]");
}

TEST(Tokenizer, RejectsIdsOutsideTheVocabulary) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_THROW(tokenizer.decode(Ids{2, 14}), Error);
  EXPECT_THROW(tokenizer.decode(Ids{-1}), Error);
}

TEST(Tokenizer, NamesOfSpecialTokensInATextAreSpecialWhereTheyStandAlone) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.encode("a [SEP] a"), (Ids{2, 5, 3, 5, 3}));
  EXPECT_EQ(tokenizer.encode("[sep]"), (Ids{2, 1, 1, 1, 3}));
  EXPECT_EQ(tokenizer.encode("[DEC]"), (Ids{2, 1, 1, 1, 3}));
}

class TokenizerGolden : public ::testing::Test {
 protected:
  std::filesystem::path dir_ = test::golden_dir() / "tokenizer";
  Tokenizer tokenizer_{Vocabulary::load(dir_ / "vocab.txt")};
};

TEST_F(TokenizerGolden, IdsEqualBertTokenizer) {
  for (const auto& item : test::read_json_lines(dir_ / "cases.jsonl")) {
    EXPECT_EQ(tokenizer_.encode(item.at("text").get<std::string>()), item.at("ids").get<Ids>()) << item;
  }
}

TEST_F(TokenizerGolden, TruncationAndPadding) {
  for (const auto& item : test::read_json_lines(dir_ / "cases_padded.jsonl")) {
    const auto length = item.at("max_length").get<std::int64_t>();
    const std::vector<Ids> texts{tokenizer_.encode(item.at("text").get<std::string>(), {.max_length = length})};
    const TokenBatch padded = tokenizer_.pad(texts, length);
    EXPECT_EQ(padded.ids, item.at("input_ids").get<Ids>()) << item;
    EXPECT_EQ(padded.mask, item.at("attention_mask").get<std::vector<std::uint8_t>>()) << item;
  }
}

TEST_F(TokenizerGolden, SpecialLiteralsAsTheOriginalReadsThem) {
  for (const auto& item : test::read_json_lines(dir_ / "cases_special_literals.jsonl")) {
    EXPECT_EQ(tokenizer_.encode(item.at("text").get<std::string>()), item.at("ids_slow").get<Ids>()) << item;
  }
}

TEST_F(TokenizerGolden, DecodedTexts) {
  for (const auto& item : test::read_json_lines(dir_ / "decode.jsonl")) {
    const auto ids = item.at("ids").get<Ids>();
    EXPECT_EQ(tokenizer_.decode(ids), item.at("text").get<std::string>()) << item;
    EXPECT_EQ(tokenizer_.decode(ids, /*skip_special=*/false), item.at("text_with_special").get<std::string>()) << item;
  }
}

}  // namespace
}  // namespace blip
