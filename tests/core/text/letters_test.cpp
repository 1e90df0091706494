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

}  // namespace
}  // namespace blip
