#include "training/metrics/ptb_abbreviations.h"

#include <gtest/gtest.h>

namespace blip::ptb {
namespace {

TEST(PtbAbbreviations, AreKnownInAnyCase) {
  for (const char32_t* word : {U"etc", U"Mr", U"ST", U"vs", U"Corp"}) EXPECT_TRUE(is_abbreviation(word, false));
  for (const char32_t* word : {U"dog", U"", U"min", U"oz", U"etcx"}) EXPECT_FALSE(is_abbreviation(word, true));
}

TEST(PtbAbbreviations, SomeDependOnTheCase) {
  EXPECT_TRUE(is_abbreviation(U"Mass", false));  // the state
  EXPECT_FALSE(is_abbreviation(U"mass", false));
  EXPECT_FALSE(is_abbreviation(U"MASS", false));
  EXPECT_TRUE(is_abbreviation(U"pty", false));
  EXPECT_FALSE(is_abbreviation(U"PTY", false));
}

TEST(PtbAbbreviations, SomeAreSoBeforeNumbersAlone) {
  EXPECT_TRUE(is_abbreviation(U"No", true));
  EXPECT_FALSE(is_abbreviation(U"No", false));
}

TEST(PtbAbbreviations, SentencesBeginWithCapitals) {
  EXPECT_TRUE(begins_sentence(U"The"));
  EXPECT_TRUE(begins_sentence(U"Mr."));
  EXPECT_FALSE(begins_sentence(U"the"));
  EXPECT_FALSE(begins_sentence(U"Dog"));
}

}  // namespace
}  // namespace blip::ptb
