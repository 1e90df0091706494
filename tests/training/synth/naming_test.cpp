#include "training/synth/naming.h"

#include <gtest/gtest.h>

#include "tests/training/synth/facts_builder.h"

namespace blip::synth {
namespace {

TEST(Naming, ManyAreNamedInThePlural) {
  const SceneFacts facts = test::circles_and_star();
  EXPECT_EQ(kind_of(facts.groups[0]), "red circles");
  EXPECT_EQ(kind_of(facts.groups[1]), "blue star");
  EXPECT_EQ(be(facts.groups[0]), "are");
  EXPECT_EQ(be(facts.groups[1]), "is");
  EXPECT_EQ(noun_of(facts.groups[0], "thing"), "things");
}

TEST(Naming, SizeIsSaidOnlyWhereItTells) {
  const SceneFacts facts = test::scene(
      "dark", {test::group("small", "red", "circle", {{0.2, 0.5}}), test::group("large", "red", "star", {{0.5, 0.5}}),
               test::group("small", "blue", "star", {{0.8, 0.5}})});
  EXPECT_EQ(by_shape(World::kRich, facts, facts.groups[0]), "circle");
  EXPECT_EQ(by_shape(World::kRich, facts, facts.groups[1]), "large star");
  EXPECT_EQ(by_color(World::kRich, facts, facts.groups[0]), "small red thing");
  EXPECT_EQ(by_color(World::kRich, facts, facts.groups[2]), "blue thing");
  EXPECT_EQ(by_shape(World::kBasic, facts, facts.groups[1]), std::nullopt);
}

TEST(Naming, WhatNothingTellsApartHasNoName) {
  const SceneFacts facts = test::scene("dark", {test::group("small", "red", "circle", {{0.2, 0.5}}),
                                                test::group("small", "blue", "circle", {{0.8, 0.5}})});
  EXPECT_EQ(by_shape(World::kRich, facts, facts.groups[0]), std::nullopt);
  EXPECT_EQ(by_color(World::kRich, facts, facts.groups[0]), "red thing");
}

}  // namespace
}  // namespace blip::synth
