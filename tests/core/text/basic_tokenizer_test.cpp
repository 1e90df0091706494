#include "core/text/basic_tokenizer.h"

#include <gtest/gtest.h>

#include <array>

namespace blip {
namespace {

using Words = std::vector<std::string>;

Words split(std::string_view text) {
  constexpr std::array<std::string_view, 1> kNames{"[SEP]"};
  BasicTokenizer words(text, kNames);
  Words result;
  for (BasicWord word; words.next(word);) result.emplace_back(word.text);
  return result;
}

TEST(BasicTokenizer, SplitsAtBlanksAndPunctuation) {
  EXPECT_EQ(split("A man's hat, isn't it?"), (Words{"a", "man", "'", "s", "hat", ",", "isn", "'", "t", "it", "?"}));
  EXPECT_EQ(split("  \t\r\n "), Words{});
  EXPECT_EQ(split(""), Words{});
  EXPECT_EQ(split("...a"), (Words{".", ".", ".", "a"}));
  EXPECT_EQ(split("$5+5=10^1 `x`|~"), (Words{"$", "5", "+", "5", "=", "10", "^", "1", "`", "x", "`", "|", "~"}));
}

TEST(BasicTokenizer, SplitsAtPunctuationOutsideAscii) {
  EXPECT_EQ(split("\u00bfqu\u00e9\u2026\u300chi\u300d"), (Words{"\u00bf", "que", "\u2026", "\u300c", "hi", "\u300d"}));
}

TEST(BasicTokenizer, BlanksOutsideAsciiSeparate) {
  EXPECT_EQ(split("a\u00a0b\u3000c\u2028d\u2029e"), (Words{"a", "b", "c", "d", "e"}));
}

TEST(BasicTokenizer, DropsControlFormatAndPrivateCharacters) {
  EXPECT_EQ(split("a\x01\x7f"
                  "b\u200bc\u00ad"
                  "d\ue000e\ufffd"
                  "f\x0bg"),
            Words{"abcdefg"});
  EXPECT_EQ(split(std::string_view("a\0b", 3)), Words{"ab"});
}

TEST(BasicTokenizer, DropsMalformedBytes) {
  EXPECT_EQ(split("a\xff\xc3 b\xe2\x82"), (Words{"a", "b"}));
}

TEST(BasicTokenizer, RemovesAccentsPrecomposedOrNot) {
  EXPECT_EQ(split("Caf\u00c9 cafe\u0301 \u1ec6"), (Words{"cafe", "cafe", "e"}));
  EXPECT_EQ(split("\u0301"), Words{});
  EXPECT_EQ(split("\u00d8re"), Words{"\u00f8re"});  // the stroke is no accent
}

TEST(BasicTokenizer, LowersLetterByLetter) {
  EXPECT_EQ(split("\u039f\u0394\u039f\u03a3"), Words{"\u03bf\u03b4\u03bf\u03c3"});  // no final sigma
  EXPECT_EQ(split("\u0130STANBUL"), Words{"istanbul"});
  EXPECT_EQ(split("STRASSE Stra\u00dfe"), (Words{"strasse", "stra\u00dfe"}));
}

TEST(BasicTokenizer, IdeographsStandAlone) {
  EXPECT_EQ(split("a\u4e2d\u6587b"), (Words{"a", "\u4e2d", "\u6587", "b"}));
  EXPECT_EQ(split("\u304b\u306a"), Words{"\u304b\u306a"});
  EXPECT_EQ(split("\U00020000x"), (Words{"\U00020000", "x"}));
}

TEST(BasicTokenizer, HangulIsDecomposed) {
  EXPECT_EQ(split("\ud55c"), Words{"\u1112\u1161\u11ab"});
}

TEST(BasicTokenizer, NamesAreKeptWholeOnlyAlone) {
  EXPECT_EQ(split("a [SEP] b"), (Words{"a", "[SEP]", "b"}));
  EXPECT_EQ(split("[SEP]"), Words{"[SEP]"});
  EXPECT_EQ(split("[sep]"), (Words{"[", "sep", "]"}));
  EXPECT_EQ(split("x[SEP]"), (Words{"x", "[", "sep", "]"}));
  EXPECT_EQ(split("[SEP]."), (Words{"[", "sep", "]", "."}));
}

TEST(BasicTokenizer, CountsCodePoints) {
  BasicTokenizer words("abc \u00f8\u1112\U0001F600", {});
  BasicWord word;
  ASSERT_TRUE(words.next(word));
  EXPECT_EQ(word.characters, 3u);
  ASSERT_TRUE(words.next(word));
  EXPECT_EQ(word.characters, 3u);
  EXPECT_EQ(word.text.size(), 2u + 3u + 4u);
  EXPECT_FALSE(words.next(word));
  EXPECT_FALSE(words.next(word));
}

}  // namespace
}  // namespace blip
