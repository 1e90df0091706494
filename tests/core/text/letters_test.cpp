#include "core/text/letters.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(Letters, AreToldFromDigitsAndMarks) {
  for (const char32_t c : U"aZéЖ日ªǅ") {
    if (c == 0) continue;
    EXPECT_TRUE(is_letter(c)) << static_cast<unsigned>(c);
  }
  for (const char32_t c : U"5 .²½٣\u0301") EXPECT_FALSE(is_letter(c)) << static_cast<unsigned>(c);
  EXPECT_TRUE(is_decimal_digit(U'7'));
  EXPECT_TRUE(is_decimal_digit(U'٣'));
  EXPECT_FALSE(is_decimal_digit(U'²'));
  EXPECT_TRUE(is_combining_mark(U'\u0301'));
  EXPECT_TRUE(is_combining_mark(U'\u0903'));
  EXPECT_FALSE(is_combining_mark(U'a'));
}

TEST(Letters, NumbersAreAllOfCategoryN) {
  for (const char32_t c : {U'5', U'²', U'½', U'Ⅳ', U'٣'}) EXPECT_TRUE(is_number(c)) << static_cast<unsigned>(c);
  for (const char32_t c : {U'a', U' ', U'.', U'一'}) EXPECT_FALSE(is_number(c)) << static_cast<unsigned>(c);
}

TEST(Letters, WhiteSpaceIsUnicodesProperty) {
  for (const char32_t c : {U' ', U'\t', U'\n', U'\r', U'\v', U'\f', char32_t{0x85}, U'\u00A0', U'\u2028', U'\u3000'})
    EXPECT_TRUE(is_white_space(c)) << static_cast<unsigned>(c);
  for (const char32_t c : {U'a', char32_t{0x1C}, U'\u200B', U'\uFEFF', char32_t{0}})
    EXPECT_FALSE(is_white_space(c)) << static_cast<unsigned>(c);
}

}  // namespace
}  // namespace blip
