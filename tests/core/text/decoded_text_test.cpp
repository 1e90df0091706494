#include "core/text/decoded_text.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

std::string cleaned(std::string text) {
  clean_up_spaces(text);
  return text;
}

TEST(CleanUpSpaces, BlanksBeforeMarksAndContractionsGo) {
  EXPECT_EQ(cleaned("hello , world ! it 's ? yes ."), "hello, world! it's? yes.");
  EXPECT_EQ(cleaned("do n't we 've they 're I 'm"), "don't we've they're I'm");
  EXPECT_EQ(cleaned("it ' s"), "it's");
}

TEST(CleanUpSpaces, WhatHasNoRuleStays) {
  EXPECT_EQ(cleaned(" you 'll 'd ; : ( ) "), " you 'll 'd ; : ( ) ");
  EXPECT_EQ(cleaned(""), "");
}

TEST(CleanUpSpaces, EachRuleRunsOnce) {
  EXPECT_EQ(cleaned("a  ."), "a .");
}

}  // namespace
}  // namespace blip
