#include "training/synth/scene_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/training/synth/facts_builder.h"

namespace blip::synth {
namespace {

using nlohmann::json;
using test::group;

TEST(SceneFacts, SeparationIsThatOfTheNearestMembers) {
  const SceneFacts facts = test::circles_and_star();
  const Group &circles = facts.groups[0], &star = facts.groups[1];
  EXPECT_NEAR(separation(Relation::kLeftOf, circles, star), 0.45, 1e-12);
  EXPECT_NEAR(separation(Relation::kRightOf, circles, star), -0.5, 1e-12);
  EXPECT_NEAR(separation(Relation::kAbove, circles, star), -0.2, 1e-12);  // 0.7 is below 0.5
  EXPECT_NEAR(separation(Relation::kRightOf, star, circles), 0.45, 1e-12);
}

TEST(SceneFacts, BetweenClearAndNoneARelationNeitherHoldsNorFails) {
  const Group left = group("small", "red", "ring", {{0.5, 0.5}});
  const auto right_at = [](double x) { return group("small", "blue", "ring", {{x, 0.5}}); };
  EXPECT_TRUE(clearly_holds(Relation::kLeftOf, left, right_at(0.61)));
  EXPECT_FALSE(clearly_holds(Relation::kLeftOf, left, right_at(0.55)));
  EXPECT_FALSE(clearly_fails(Relation::kLeftOf, left, right_at(0.55)));
  EXPECT_TRUE(clearly_fails(Relation::kLeftOf, left, right_at(0.45)));
}

TEST(SceneFacts, MainRelationIsAlongTheWiderGap) {
  EXPECT_EQ(main_relation(test::circles_and_star()), Relation::kLeftOf);
  EXPECT_EQ(main_relation(test::scene(
                "gray", {group("small", "red", "ring", {{0.4, 0.2}}), group("small", "blue", "ring", {{0.6, 0.8}})})),
            Relation::kAbove);
}

TEST(SceneFacts, JsonAndBackIsTheSame) {
  const SceneFacts facts = test::circles_and_star();
  const json written = facts_to_json(facts);
  EXPECT_EQ(written.at("background"), "dark");
  EXPECT_EQ(written.at("shapes").at(0).at("count"), 2);
  EXPECT_NEAR(written.at("shapes").at(0).at("x").get<double>(), 0.225, 1e-9);
  const SceneFacts read = facts_from_json(written, "a");
  ASSERT_EQ(read.groups.size(), 2U);
  EXPECT_EQ(read.groups[0].count(), 2);
  EXPECT_EQ(read.groups[1].color, Color::kBlue);
  EXPECT_EQ(facts_to_json(read), written);
  EXPECT_EQ(total_count(read), 3);
}

TEST(SceneFacts, SingleObjectsNeedNoPlaces) {
  const SceneFacts facts = facts_from_json(json::parse(R"({"background": "gray", "shapes": [
                      {"shape": "star", "color": "cyan", "size": "small", "x": 0.25, "y": 0.75}]})"),
                                           "a");
  ASSERT_EQ(facts.groups.size(), 1U);
  EXPECT_EQ(facts.groups[0].count(), 1);
  EXPECT_EQ(facts.groups[0].places[0].y, 0.75);
}

TEST(SceneFacts, BadJsonIsOneErrorThatNamesTheSource) {
  const char* const texts[] = {
      R"({})",
      R"([])",
      R"({"background": "dark"})",
      R"({"background": "black", "shapes": []})",
      R"({"background": "dark", "shapes": [{"shape": "star", "color": "cyan", "size": "small"}]})",
      R"({"background": "dark", "shapes": [{"shape": "blob", "color": "cyan", "size": "small", "x": 0, "y": 0}]})",
      R"({"background": "dark", "shapes": [{"shape": "star", "color": 7, "size": "small", "x": 0, "y": 0}]})",
      R"({"background": "dark", "shapes": [{"shape": "star", "color": "cyan", "size": "small", "places": []}]})",
      R"({"background": "dark", "shapes": [{"shape": "star", "color": "cyan", "size": "small", "places": [[1]]}]})",
      R"({"background": "dark", "shapes": [{"shape": "star", "color": "cyan", "size": "small", "count": 2,
          "places": [[0, 0]]}]})"};
  for (const char* text : texts) {
    try {
      facts_from_json(json::parse(text), "clip 7");
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidData) << text;
      EXPECT_THAT(error.what(), ::testing::HasSubstr("clip 7"));
    }
  }
}

}  // namespace
}  // namespace blip::synth
