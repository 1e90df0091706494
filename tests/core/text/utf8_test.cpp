#include "core/text/utf8.h"

#include <gtest/gtest.h>

#include <vector>

namespace blip {
namespace {

TEST(Utf8, ReadsSequencesOfEveryLength) {
  EXPECT_EQ(code_points("A\u00e9\u20ac\U0001F600"), (std::vector<char32_t>{'A', 0xE9, 0x20AC, 0x1F600}));
}

TEST(Utf8, EveryScalarValueSurvivesWritingAndReading) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, c);
    ASSERT_TRUE(is_utf8(text)) << static_cast<unsigned>(c);
    std::size_t position = 0;
    ASSERT_EQ(next_code_point(text, position), c);
    ASSERT_EQ(position, text.size());
  }
}

TEST(Utf8, MalformedBytesAreReadOneByOne) {
  const char32_t bad = kReplacementCharacter;
  EXPECT_EQ(code_points("\xFF\x41"), (std::vector<char32_t>{bad, 'A'}));
  EXPECT_EQ(code_points("\xC3"), (std::vector<char32_t>{bad}));                    // cut short
  EXPECT_EQ(code_points("\xC0\x80"), (std::vector<char32_t>{bad, bad}));           // overlong NUL
  EXPECT_EQ(code_points("\xE0\x80\x80"), (std::vector<char32_t>{bad, bad, bad}));  // overlong in three bytes
  EXPECT_EQ(code_points("\xED\xA0\x80"), (std::vector<char32_t>{bad, bad, bad}));  // surrogate
  EXPECT_EQ(code_points("\xF4\x90\x80\x80"), (std::vector<char32_t>(4, bad)));     // above U+10FFFF
  EXPECT_EQ(code_points("\xE2\x82\x41"), (std::vector<char32_t>{bad, bad, 'A'}));  // third byte missing
}

TEST(Utf8, MalformedBytesAreReplacedAsPythonDoes) {
  EXPECT_EQ(replace_malformed("na\u00efve"), "na\u00efve");
  EXPECT_EQ(replace_malformed("a\x80\x80z"), "a\uFFFD\uFFFDz");
  EXPECT_EQ(replace_malformed("\xF0\x9F\x98"), "\uFFFD");  // one beginning, cut short
  EXPECT_EQ(replace_malformed("\xE2\x82\x41"),
            "\uFFFD"
            "A");
  EXPECT_EQ(replace_malformed("\xE0\x80\x80"), "\uFFFD\uFFFD\uFFFD");  // no beginning of anything
  EXPECT_EQ(replace_malformed("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(replace_malformed("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(replace_malformed("\xF0\x9F\xF0\x9F\x98\x80"), "\uFFFD\U0001F600");
}

TEST(Utf8, TellsWellFormedText) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("na\u00efve \u4e2d"));
  EXPECT_FALSE(is_utf8("a\x80"));
  EXPECT_FALSE(is_utf8("\xF0\x9F\x98"));
  EXPECT_FALSE(is_utf8("\xED\xBF\xBF"));
}

}  // namespace
}  // namespace blip
