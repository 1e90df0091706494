#include "training/synth/scene.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/error.h"

namespace blip::synth {
namespace {

constexpr int kScenes = 400;

template <class Check>
void for_each_scene(World world, Check check) {
  for (std::uint64_t i = 0; i < kScenes; ++i) {
    Random random({77, i});
    check(sample_scene(world, sample_frame_size(random), random));
  }
}

class SceneOfWorld : public ::testing::TestWithParam<World> {};
INSTANTIATE_TEST_SUITE_P(Each, SceneOfWorld, ::testing::Values(World::kBasic, World::kRich));

// Where an object is at the start (-1) or end (1) of the shot, and how large.
SceneObject moved(const Scene& scene, SceneObject object, double way) {
  object.x += way * (scene.drift_x + object.sway_x);
  object.y += way * (scene.drift_y + object.sway_y);
  object.radius *= 1 + way * scene.growth;
  return object;
}

TEST_P(SceneOfWorld, ObjectsStayInsideAndApartThroughTheShot) {
  for_each_scene(GetParam(), [](const Scene& scene) {
    for (const double way : {-1.0, 0.0, 1.0}) {
      for (std::size_t i = 0; i < scene.objects.size(); ++i) {
        const SceneObject object = moved(scene, scene.objects[i], way);
        EXPECT_GE(std::min(object.x, object.y), object.radius - 1);
        EXPECT_LE(object.x, scene.width - object.radius + 1);
        EXPECT_LE(object.y, scene.height - object.radius + 1);
        for (std::size_t j = 0; j < i; ++j) {
          const SceneObject other = moved(scene, scene.objects[j], way);
          EXPECT_GT(std::hypot(object.x - other.x, object.y - other.y), 0.93 * (object.radius + other.radius));
        }
      }
    }
  });
}

TEST_P(SceneOfWorld, FactsDescribeTheObjects) {
  for_each_scene(GetParam(), [](const Scene& scene) {
    ASSERT_EQ(static_cast<int>(scene.objects.size()), total_count(scene.facts));
    std::vector<std::size_t> next(scene.facts.groups.size());
    for (const SceneObject& object : scene.objects) {
      const auto g = static_cast<std::size_t>(object.group);
      const Place place = scene.facts.groups[g].places.at(next[g]++);
      EXPECT_NEAR(place.x * scene.width, object.x, 1e-9);
      EXPECT_NEAR(place.y * scene.height, object.y, 1e-9);
      const double unit = std::sqrt(scene.width * scene.height / 19200.0);
      EXPECT_EQ(scene.facts.groups[g].size == Size::kLarge, object.radius > 16.5 * unit);
    }
  });
}

TEST_P(SceneOfWorld, GroupsAreNamedInTheOrderOfThePicture) {
  for_each_scene(GetParam(), [](const Scene& scene) {
    const auto& groups = scene.facts.groups;
    if (groups.size() == 2) {
      EXPECT_TRUE(clearly_holds(main_relation(scene.facts), groups[0], groups[1]));
    } else if (groups.size() == 3) {
      EXPECT_TRUE(clearly_holds(Relation::kLeftOf, groups[0], groups[1]));
      EXPECT_TRUE(clearly_holds(Relation::kLeftOf, groups[1], groups[2]));
    }
  });
}

TEST_P(SceneOfWorld, ShowsEveryShapeColorSizeBackgroundAndFrameSize) {
  std::set<Shape> shapes;
  std::set<Color> colors;
  std::set<Size> sizes;
  std::set<Background> backgrounds;
  std::set<int> widths;
  for_each_scene(GetParam(), [&](const Scene& scene) {
    backgrounds.insert(scene.facts.background);
    widths.insert(scene.width);
    for (const Group& group : scene.facts.groups) {
      shapes.insert(group.shape);
      colors.insert(group.color);
      sizes.insert(group.size);
    }
  });
  const bool rich = GetParam() == World::kRich;
  EXPECT_EQ(shapes.size(), rich ? 8U : 6U);
  EXPECT_EQ(colors.size(), rich ? 10U : 8U);
  EXPECT_EQ(sizes.size(), 2U);
  EXPECT_EQ(backgrounds.size(), 3U);
  EXPECT_EQ(widths, (std::set<int>{160, 192}));
}

TEST(RichScene, GroupsDifferInColorOrShapeAndOftenShareTheOther) {
  int pairs = 0, same_color = 0, same_shape = 0;
  std::set<int> counts;
  for_each_scene(World::kRich, [&](const Scene& scene) {
    const auto& groups = scene.facts.groups;
    EXPECT_LE(total_count(scene.facts), 6);
    for (const Group& group : groups) {
      counts.insert(group.count());
      EXPECT_FALSE(group.color == Color::kWhite && scene.facts.background == Background::kLight);
    }
    for (std::size_t i = 0; i < groups.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        ++pairs;
        same_color += groups[i].color == groups[j].color ? 1 : 0;
        same_shape += groups[i].shape == groups[j].shape ? 1 : 0;
        EXPECT_FALSE(groups[i].color == groups[j].color && groups[i].shape == groups[j].shape);
      }
  });
  EXPECT_EQ(counts, (std::set<int>{1, 2, 3, 4}));
  EXPECT_GT(same_color, pairs / 5);
  EXPECT_GT(same_shape, pairs / 5);
}

TEST(BasicScene, HasSingleObjectsOfDifferentColorsAndShapes) {
  for_each_scene(World::kBasic, [](const Scene& scene) {
    std::set<Shape> shapes;
    std::set<Color> colors;
    for (const Group& group : scene.facts.groups) {
      EXPECT_EQ(group.count(), 1);
      shapes.insert(group.shape);
      colors.insert(group.color);
    }
    EXPECT_EQ(shapes.size(), scene.facts.groups.size());
    EXPECT_EQ(colors.size(), scene.facts.groups.size());
  });
}

TEST(Scene, FollowsFromItsRandomNumbers) {
  const auto sample = [](std::uint64_t seed) {
    Random random({seed});
    return sample_scene(World::kRich, {}, random);
  };
  const Scene first = sample(5), again = sample(5), other = sample(6);
  ASSERT_EQ(first.objects.size(), again.objects.size());
  for (std::size_t i = 0; i < first.objects.size(); ++i) EXPECT_EQ(first.objects[i].x, again.objects[i].x);
  EXPECT_EQ(first.look_seed, again.look_seed);
  EXPECT_NE(first.look_seed, other.look_seed);
}

TEST(Scene, WorldsHaveNames) {
  for (const World world : {World::kBasic, World::kRich}) EXPECT_EQ(world_of(name(world)), world);
  EXPECT_THROW(world_of("flat"), Error);
}

}  // namespace
}  // namespace blip::synth
