#include "core/text/gpt2_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace blip {
namespace {

using testing::ElementsAre;

TEST(Gpt2Words, ABlankBelongsToTheWordBehindIt) {
  EXPECT_THAT(gpt2_words("a red  dog "), ElementsAre("a", " red", " ", " dog", " "));
  EXPECT_THAT(gpt2_words(""), ElementsAre());
}

TEST(Gpt2Words, LettersNumbersAndMarksAreApart) {
  EXPECT_THAT(gpt2_words("abc123!? 45x ,."), ElementsAre("abc", "123", "!?", " 45", "x", " ,."));
}

TEST(Gpt2Words, ContractionsAreCutInSmallLettersOnly) {
  EXPECT_THAT(gpt2_words("it's I'll"), ElementsAre("it", "'s", " I", "'ll"));
  EXPECT_THAT(gpt2_words("IT'S"), ElementsAre("IT", "'", "S"));
  EXPECT_THAT(gpt2_words(" 'tis"), ElementsAre(" '", "tis"));
  EXPECT_THAT(gpt2_words("'tis!'s"), ElementsAre("'t", "is", "!'", "s"));
}

TEST(Gpt2Words, OtherWhiteSpaceLeavesOnlyItsLastCharacter) {
  EXPECT_THAT(gpt2_words("a\n\n\nb"), ElementsAre("a", "\n\n", "\n", "b"));
  EXPECT_THAT(gpt2_words("a\n b"), ElementsAre("a", "\n", " b"));
  EXPECT_THAT(gpt2_words("a\n\n"), ElementsAre("a", "\n\n"));
  EXPECT_THAT(gpt2_words("a\u3000\u3000b"), ElementsAre("a", "\u3000", "\u3000", "b"));
}

TEST(Gpt2Words, CategoriesAreUnicodes) {
  EXPECT_THAT(gpt2_words("Ünïcode №½ 日本"), ElementsAre("Ünïcode", " №", "½", " 日本"));
  EXPECT_THAT(gpt2_words("e\u0301"), ElementsAre("e", "\u0301"));  // a combining accent is no letter
}

TEST(Gpt2Words, TogetherTheyAreTheText) {
  std::uint64_t state = 1;
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      text += static_cast<char>(round % 2 == 0 ? state >> 56 : " \n'stdl1a!"[(state >> 40) % 10]);
    }
    std::string joined;
    for (const std::string_view word : gpt2_words(text)) {
      EXPECT_FALSE(word.empty());
      joined += word;
    }
    EXPECT_EQ(joined, text);
  }
}

}  // namespace
}  // namespace blip
