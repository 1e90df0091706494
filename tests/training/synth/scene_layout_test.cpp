#include "training/synth/scene_layout.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/training/synth/facts_builder.h"

namespace blip::synth {
namespace {

Scene two_groups() {
  Scene scene;
  scene.width = 160;
  scene.height = 120;
  scene.facts = test::circles_and_star();
  return scene;
}

TEST(SceneLayout, HasARegionForEachGroup) {
  Random random({1});
  for (const World world : {World::kBasic, World::kRich})
    for (std::size_t groups = 1; groups <= 3; ++groups)
      EXPECT_EQ(layout_of(world, {160, 120}, groups, random).regions.size(), groups);
}

TEST(SceneLayout, ObjectsLieInTheirRegionsAndApart) {
  Layout layout;
  layout.regions = {{0, 0, 70, 120}, {90, 0, 160, 120}};
  layout.small = 10;
  layout.large = 20;
  layout.gap = 3;
  Random random({2});
  for (int trial = 0; trial < 50; ++trial) {
    Scene scene = two_groups();
    ASSERT_TRUE(place_objects(layout, {3, 1}, scene, random));
    ASSERT_EQ(scene.objects.size(), 4U);
    EXPECT_EQ(scene.facts.groups[0].count(), 3);
    for (const SceneObject& object : scene.objects) {
      EXPECT_EQ(object.radius, object.group == 0 ? 10 : 20);
      EXPECT_GE(object.x, object.group == 0 ? 10 : 90);
      EXPECT_LE(object.x, object.group == 0 ? 70 : 140);
      for (const SceneObject& other : scene.objects)
        if (&other != &object) {
          EXPECT_GE(std::hypot(object.x - other.x, object.y - other.y), object.radius + other.radius + 3 - 1e-9);
        }
    }
    EXPECT_NEAR(scene.facts.groups[1].places[0].x * 160, scene.objects.back().x, 1e-9);
  }
}

TEST(SceneLayout, SaysWhenThereIsNoRoom) {
  Layout layout;
  layout.regions = {{0, 0, 40, 40}, {90, 0, 160, 120}};
  layout.small = layout.large = 20;
  Random random({3});
  Scene scene = two_groups();
  EXPECT_FALSE(place_objects(layout, {2, 1}, scene, random));
  layout.regions[0] = {0, 0, 10, 120};  // narrower than an object that must stay inside the picture
  EXPECT_FALSE(place_objects(layout, {1, 1}, scene, random));
}

}  // namespace
}  // namespace blip::synth
