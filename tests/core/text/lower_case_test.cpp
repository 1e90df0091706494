#include "core/text/lower_case.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(LowerCase, LowersLettersOfAllScripts) {
  EXPECT_EQ(lower_case("A B-1 z"), "a b-1 z");
  EXPECT_EQ(lower_case("CAFÉ Straße ДОМ"), "café straße дом");
  EXPECT_EQ(lower_case(""), "");
}

TEST(LowerCase, ASigmaAtTheEndOfAWordHasItsOwnForm) {
  EXPECT_EQ(lower_case("ΟΔΟΣ ΣΟΦΟΣ."), "οδος σοφος.");
  EXPECT_EQ(lower_case("Σ"), "σ");
}

TEST(LowerCase, TheDottedCapitalIKeepsItsDot) {
  EXPECT_EQ(lower_case("\u0130"), "i\u0307");
}

TEST(LowerCase, MalformedBytesBecomeReplacementCharacters) {
  EXPECT_EQ(lower_case("A\xFF"
                       "B"),
            "a\uFFFD"
            "b");
}

}  // namespace
}  // namespace blip
