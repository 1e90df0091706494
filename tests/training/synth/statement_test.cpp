#include "training/synth/statement.h"

#include <gtest/gtest.h>

namespace blip::synth {
namespace {

TEST(Statement, IsReadFactByFact) {
  const auto statement = parse_statement("three small red circles left of an orange cross on a dark background");
  ASSERT_TRUE(statement);
  ASSERT_EQ(statement->claims.size(), 2U);
  EXPECT_EQ(statement->claims[0], (GroupClaim{3, Size::kSmall, Color::kRed, Shape::kCircle}));
  EXPECT_EQ(statement->claims[1], (GroupClaim{1, std::nullopt, Color::kOrange, Shape::kCross}));
  EXPECT_EQ(statement->links, std::vector<std::optional<Relation>>{Relation::kLeftOf});
  EXPECT_EQ(statement->background, Background::kDark);
  EXPECT_FALSE(statement->total);
}

TEST(Statement, TotalOpeningAndListsAreRead) {
  const auto listed = parse_statement("three shapes : a red ring , a blue ring and a cyan star");
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->total, 3);
  EXPECT_EQ(listed->claims.size(), 3U);
  EXPECT_FALSE(listed->links[0]);
  const auto there = parse_statement("there are two shapes on a gray background");
  ASSERT_TRUE(there);
  EXPECT_EQ(there->opening, Statement::Opening::kThereIs);
  EXPECT_EQ(there->claims[0], (GroupClaim{2, std::nullopt, std::nullopt, std::nullopt}));
}

TEST(Statement, SurfaceFormsThatMeanTheSameAreTheSame) {
  const auto plain = parse_statement("a red circle left of two blue stars");
  ASSERT_TRUE(plain);
  for (const char* text : {"A red circle left of two blue stars.", "one red circle to the left of 2 blue stars",
                           "a  red\tcircle is left of two blue stars\n", "an red circle left of two blue stars"})
    EXPECT_EQ(parse_statement(text), plain) << text;
  EXPECT_EQ(parse_statement("a red ring, a blue ring"), parse_statement("a red ring and a blue ring"));
  EXPECT_EQ(parse_statement("two shapes a red ring and a blue ring"),  // as pre_caption leaves it
            parse_statement("two shapes : a red ring and a blue ring"));
  EXPECT_EQ(parse_statement("a picture of a red ring")->claims, parse_statement("a photo of a red ring")->claims);
}

TEST(Statement, TextAndBackIsTheSame) {
  for (const char* text :
       {"a red circle", "an orange ring", "a large orange ring", "two crosses", "a red shape", "there is a pink heart",
        "there are two pink hearts", "a picture of a brown diamond on a light background",
        "four small white squares above a large cyan triangle", "a red star , two blue stars and a green star",
        "three shapes : a red ring , a blue ring and a cyan star"}) {
    const auto statement = parse_statement(text);
    ASSERT_TRUE(statement) << text;
    EXPECT_EQ(to_text(*statement), text);
  }
}

TEST(Statement, OtherTextsAreNone) {
  for (const char* text : {"",
                           " ",
                           ".",
                           "red circle",
                           "a",
                           "a red",
                           "a circle red",
                           "a red red circle",
                           "a small",
                           "two red circle",
                           "a red circles",
                           "zero red circles",
                           "seven red circles",
                           "a red circle a blue star",
                           "a red circle and",
                           "and a red circle",
                           "a red circle left a blue star",
                           "a red circle of left a blue star",
                           "a red circle on a pink background",
                           "a red circle on a dark",
                           "a red circle on a dark background and a star",
                           "a red circle on a dark background on a dark background",
                           "image 3421 stock photo",
                           "there is",
                           "three shapes :",
                           "a red circle, , a blue star",
                           "a circle small red",
                           "\xff\xfe",
                           "a red circle \xc3\xa9"})
    EXPECT_FALSE(parse_statement(text)) << text;
}

}  // namespace
}  // namespace blip::synth
