#include "training/synth/words.h"

#include <gtest/gtest.h>

namespace blip::synth {
namespace {

TEST(Words, PluralsAreEnglish) {
  EXPECT_EQ(plural("circle"), "circles");
  EXPECT_EQ(plural("cross"), "crosses");
}

TEST(Words, EveryWordIsRead) {
  for (std::size_t i = 0; i < kShapeWords.size(); ++i) {
    EXPECT_EQ(shape_of(kShapeWords[i]), static_cast<Shape>(i));
    EXPECT_EQ(plural_shape_of(plural(kShapeWords[i])), static_cast<Shape>(i));
  }
  for (std::size_t i = 0; i < kColorWords.size(); ++i) EXPECT_EQ(color_of(kColorWords[i]), static_cast<Color>(i));
  EXPECT_EQ(size_of("large"), Size::kLarge);
  EXPECT_EQ(background_of("light"), Background::kLight);
}

TEST(Words, NumberIsPartOfAShapesForm) {
  EXPECT_FALSE(shape_of("circles"));
  EXPECT_FALSE(plural_shape_of("circle"));
  EXPECT_FALSE(plural_shape_of("cross"));
  EXPECT_FALSE(plural_shape_of("crosss"));
  EXPECT_FALSE(plural_shape_of("circleses"));
  EXPECT_FALSE(shape_of(""));
}

TEST(Words, NumbersAreOneToSix) {
  EXPECT_EQ(number_of("one"), 1);
  EXPECT_EQ(number_of("six"), 6);
  EXPECT_EQ(number_of("4"), 4);
  for (const char* text : {"zero", "0", "7", "seven", "12", ""}) EXPECT_FALSE(number_of(text)) << text;
}

TEST(Words, OppositeIsItsOwnInverse) {
  EXPECT_EQ(opposite(Relation::kLeftOf), Relation::kRightOf);
  EXPECT_EQ(opposite(Relation::kBelow), Relation::kAbove);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(opposite(opposite(static_cast<Relation>(i))), static_cast<Relation>(i));
}

}  // namespace
}  // namespace blip::synth
