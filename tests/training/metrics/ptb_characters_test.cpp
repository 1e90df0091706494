#include "training/metrics/ptb_characters.h"

#include <gtest/gtest.h>

namespace blip::ptb {
namespace {

TEST(PtbCharacters, ACharacterIsOneThing) {
  for (char32_t c = 0; c < 0x11000; ++c) {
    const int kinds = int{is_letter(c)} + int{is_digit(c)} + int{is_blank(c)} + int{is_symbol(c)};
    ASSERT_LE(kinds, 1) << static_cast<unsigned>(c);
  }
}

TEST(PtbCharacters, NothingAboveTheFirstPlaneIsAnything) {
  for (const char32_t c : {U'😀', U'𝐀', U'𝟘'}) {
    EXPECT_FALSE(is_letter(c));
    EXPECT_FALSE(is_digit(c));
    EXPECT_FALSE(is_symbol(c));
  }
  EXPECT_TRUE(is_symbol(U'☺'));
  EXPECT_TRUE(is_letter(U'é'));
  EXPECT_TRUE(is_digit(U'٣'));
  EXPECT_TRUE(is_blank(U'\u00A0'));
}

TEST(PtbCharacters, BehindTheEndOfATextAreLineEnds) {
  const Text text(U"aB");
  EXPECT_EQ(text[2], U'\n');
  EXPECT_TRUE(text.has(0, "ab"));
  EXPECT_FALSE(text.has(1, "bc"));
  EXPECT_EQ(text.skip(0, is_ascii_letter), 2U);
}

}  // namespace
}  // namespace blip::ptb
