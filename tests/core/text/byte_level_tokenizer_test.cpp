#include "core/text/byte_level_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/text/byte_bpe_training.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Ids = std::vector<std::int64_t>;

ByteBpeTables trained() {
  const std::vector<std::string> texts{"the dog sees the dog", "the red dog"};
  return train_byte_bpe(texts, 270);
}

class ByteLevelTokenizerTest : public testing::Test {
 protected:
  static TokenizerNotes notes() {
    TokenizerNotes made;
    made.added = {{"<image>", 280}};
    return made;
  }
  const ByteLevelTokenizer tokenizer_{trained(), notes(), "v.json"};
};

TEST_F(ByteLevelTokenizerTest, TheBeginningStandsInFrontAndIsKeptWhenATextIsCut) {
  const Ids whole = tokenizer_.encode("the dog");
  EXPECT_EQ(whole.front(), tokenizer_.special().start);
  EXPECT_EQ(Ids(whole.begin() + 1, whole.end()), tokenizer_.encode_plain("the dog"));
  EXPECT_EQ(tokenizer_.encode("the dog", 2), Ids(whole.begin(), whole.begin() + 2));
  EXPECT_EQ(tokenizer_.encode("the dog", 1), Ids{tokenizer_.special().start});
  EXPECT_THROW(tokenizer_.encode("a", -1), Error);
}

TEST_F(ByteLevelTokenizerTest, EveryTextComesBack) {
  std::uint64_t state = 7;
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 30; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      char32_t c = static_cast<char32_t>(state >> 43) & (round % 3 == 0 ? 0x7F : round % 3 == 1 ? 0xFFFF : 0x10FFFF);
      if (c >= 0xD800 && c < 0xE000) c = ' ';
      append_utf8(text, c);
    }
    EXPECT_EQ(tokenizer_.decode(tokenizer_.encode_plain(text), {.skip_special = false}), text);
  }
}

TEST_F(ByteLevelTokenizerTest, SpecialTokensAreSkippedUnlessWanted) {
  const Ids ids = tokenizer_.encode("a<image>b<pad>");
  EXPECT_THAT(ids, ElementsAre(2, 68, 280, 69, 1));
  EXPECT_EQ(tokenizer_.decode(ids), "ab");
  EXPECT_EQ(tokenizer_.decode(ids, {.skip_special = false}), "</s>a<image>b<pad>");
  EXPECT_EQ(tokenizer_.size(), 281);
}

TEST_F(ByteLevelTokenizerTest, ForeignIdsAndBrokenBytesDoNoHarm) {
  EXPECT_EQ(tokenizer_.decode(Ids{-1, 68, 275, 281, 1'000'000}), "a");
  const Ids broken{tokenizer_.encode_plain("é").front()};
  EXPECT_EQ(tokenizer_.decode(broken), "\uFFFD");
  EXPECT_THROW(tokenizer_.encode("\xFF"), Error);
}

TEST_F(ByteLevelTokenizerTest, TablesThatCannotServeAreRefused) {
  const auto complaint = [](const TokenizerNotes& wrong) {
    try {
      const ByteLevelTokenizer made(trained(), wrong, "v.json");
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
      return std::string(error.what());
    }
    return std::string();
  };
  TokenizerNotes wrong;
  wrong.start = "<none>";
  EXPECT_THAT(complaint(wrong), HasSubstr("'v.json' has no token '<none>'"));
  wrong = {};
  wrong.added = {{"<image>", 9'000'000}};
  EXPECT_THAT(complaint(wrong), HasSubstr("'<image>' has id 9000000"));
}

}  // namespace
}  // namespace blip
