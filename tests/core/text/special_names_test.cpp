#include "core/text/special_names.h"

#include <gtest/gtest.h>

#include <string>

namespace blip {
namespace {

std::string shown(const SpecialNames& names, std::string_view text) {
  std::string result;
  for (const auto& part : names.split(text))
    result += part.id < 0 ? "[" + std::string(part.text) + "]" : "#" + std::to_string(part.id);
  return result;
}

TEST(SpecialNames, CutTheTextWhereverTheyStand) {
  const SpecialNames names({{"</s>", 2}, {"<pad>", 1}});
  EXPECT_EQ(shown(names, "a</s>b <pad><pad>"), "[a]#2[b ]#1#1");
  EXPECT_EQ(shown(names, "</s>"), "#2");
  EXPECT_EQ(shown(names, "</S> <pad"), "[</S> <pad]");
  EXPECT_EQ(shown(names, ""), "");
}

TEST(SpecialNames, TheLongerOfTwoAtOnePlaceCounts) {
  const SpecialNames names({{"<a", 1}, {"<a>", 2}, {"a>x", 3}});
  EXPECT_EQ(shown(names, "<a><ab<a>x"), "#2#1[b]#2[x]");
}

TEST(SpecialNames, WithoutNamesAllIsText) {
  EXPECT_EQ(shown(SpecialNames(), "a</s>"), "[a</s>]");
}

TEST(SpecialNames, ALongTextOfNamesTakesOnePass) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "<b>";
  EXPECT_EQ(SpecialNames({{"<a>", 1}, {"<b>", 2}}).split(text).size(), 100000u);
}

TEST(SpecialNames, KnowTheirIds) {
  const SpecialNames names({{"</s>", 2}});
  EXPECT_TRUE(names.holds(2));
  EXPECT_FALSE(names.holds(1));
}

}  // namespace
}  // namespace blip
