#include "core/text/caption_text.h"

#include <gtest/gtest.h>

#include "tests/support/golden.h"
#include "tests/support/json_lines.h"

namespace blip {
namespace {

TEST(CaptionText, CaptionMarksBecomeBlanks) {
  EXPECT_EQ(pre_caption("A Dog. (Big!) #1: yes;no"), "a dog big 1 yes no");
  EXPECT_EQ(pre_caption("it's red, isn't it?"), "it's red, isn't it?");
}

TEST(CaptionText, QuestionMarksVanish) {
  EXPECT_EQ(pre_question("What is this. (Really)?"), "what is this really?");
  EXPECT_EQ(pre_question("a.b  c "), "ab  c");
  EXPECT_EQ(pre_question(" tail \n"), " tail \n");  // only blanks at the very end are removed
}

TEST(CaptionText, CaptionBlanksAreCollapsed) {
  EXPECT_EQ(pre_caption("a \t\n b"), "a b");
  EXPECT_EQ(pre_caption("a\tb"), "a\tb");  // a single one stays what it is
  EXPECT_EQ(pre_caption("x\u00a0\u2003y"), "x y");
  EXPECT_EQ(pre_caption("  a \n"), "a");
  EXPECT_EQ(pre_caption("\n"), "");
}

TEST(CaptionText, KeepsTheFirstWords) {
  EXPECT_EQ(pre_caption("one two three", 2), "one two");
  EXPECT_EQ(pre_caption("one two three", 3), "one two three");
  EXPECT_EQ(pre_question("one two three", 1), "one");
  EXPECT_EQ(pre_question("one", 0), "");
}

TEST(CaptionText, LowersLikePython) {
  EXPECT_EQ(pre_caption("\u039f\u0394\u039f\u03a3 \u03a3\u0391"),
            "\u03bf\u03b4\u03bf\u03c2 \u03c3\u03b1");  // final and other sigma
  EXPECT_EQ(pre_caption("\u03a3"), "\u03c3");          // alone it ends no word
  EXPECT_EQ(pre_caption("\u0130"), "i\u0307");
}

TEST(CaptionText, MalformedBytesBecomeReplacementCharacters) {
  EXPECT_EQ(pre_question("a\xff"), "a\ufffd");
}

TEST(CaptionTextGolden, EqualsTheOriginal) {
  for (const auto& item : test::read_json_lines(test::golden_dir() / "tokenizer" / "preclean.jsonl")) {
    const auto words = item.at("max_words").get<std::size_t>();
    const auto text = item.at("in").get<std::string>();
    const auto function = item.at("fn").get<std::string>();
    ASSERT_TRUE(function == "caption" || function == "question") << item;
    EXPECT_EQ(function == "caption" ? pre_caption(text, words) : pre_question(text, words),
              item.at("out").get<std::string>())
        << item;
  }
}

}  // namespace
}  // namespace blip
