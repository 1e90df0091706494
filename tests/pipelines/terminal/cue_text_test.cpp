#include "pipelines/terminal/cue_text.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(OneLine, JoinsWhiteSpaceAndControlCharacters) {
  EXPECT_EQ(one_line("  a\r\n\n dog\t\x01 runs \x7F"), "a dog runs");
  EXPECT_EQ(one_line(" \n "), "");
}

TEST(OneLine, LeavesUnicodeAlone) {
  EXPECT_EQ(one_line("ein Hündchen 🐶 läuft"), "ein Hündchen 🐶 läuft");
}

TEST(CueText, HoldsNoCueArrow) {
  EXPECT_EQ(cue_text("a --> b"), "a → b");
  EXPECT_EQ(cue_text("--->-->"), "-→→");
  EXPECT_EQ(cue_text("a -- > b"), "a -- > b");
}

}  // namespace
}  // namespace blip
