#include "training/synth/sibling.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "gtest/gtest.h"
#include "training/synth/captions.h"
#include "training/synth/item.h"
#include "training/synth/truth.h"

namespace blip::synth {
namespace {

constexpr std::uint64_t kScenes = 300;

template <class Check>
void for_pairs(World world, const Check& check) {
  for (std::uint64_t seed = 0; seed < kScenes; ++seed) {
    Random random({seed, 77});
    const Scene scene = sample_scene(world, sample_frame_size(random), random);
    const auto sibling = sibling_of(scene, {}, random);
    ASSERT_TRUE(sibling.has_value());
    check(scene, *sibling);
  }
}

TEST(Sibling, CaptionsOfEachAreFalseOfTheOther) {
  for (const World world : {World::kBasic, World::kRich}) {
    for_pairs(world, [&](const Scene& scene, const Scene& sibling) {
      Random random({1});
      for (const auto& [own, other] : {std::pair{&scene, &sibling}, {&sibling, &scene}}) {
        for (const std::string& caption : sample_captions(world, own->facts, 3, random, &other->facts)) {
          EXPECT_TRUE(judge(caption, own->facts).is_true) << caption;
          EXPECT_TRUE(judge(caption, own->facts).names_all) << caption;
          EXPECT_FALSE(judge(caption, other->facts).is_true) << caption;
        }
      }
    });
  }
}

TEST(Sibling, AtMostOneObjectIsGoneAndAllAreWhereTheFactsSay) {
  int fewer = 0, mirrored = 0;
  for_pairs(World::kRich, [&](const Scene& scene, const Scene& sibling) {
    const int before = total_count(scene.facts), now = total_count(sibling.facts);
    EXPECT_TRUE(now == before || now == before - 1);
    fewer += now < before ? 1 : 0;
    EXPECT_EQ(sibling.objects.size(), static_cast<std::size_t>(now));
    for (std::size_t g = 0; g < sibling.facts.groups.size(); ++g) {
      const Group& group = sibling.facts.groups[g];
      std::size_t place = 0;
      for (const SceneObject& object : sibling.objects) {
        if (object.group != static_cast<int>(g)) continue;
        ASSERT_LT(place, group.places.size());
        EXPECT_NEAR(object.x / sibling.width, group.places[place].x, 1e-3);
        EXPECT_NEAR(object.y / sibling.height, group.places[place].y, 1e-3);
        ++place;
      }
      EXPECT_EQ(place, group.places.size());
    }
    mirrored += now == before && std::abs(sibling.objects[0].x - scene.objects[0].x) > 1e-9 ? 1 : 0;
  });
  EXPECT_GT(fewer, 30);
  EXPECT_GT(mirrored, 3);
}

TEST(Sibling, DiffersInTheFactAskedFor) {
  int mirrored = 0, flipped = 0, impossible = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Random random({seed, 78});
    const Scene scene = sample_scene(World::kRich, sample_frame_size(random), random);
    const auto other_ground = sibling_of(scene, sibling_odds({"background"}), random);
    if (other_ground) {
      EXPECT_NE(other_ground->facts.background, scene.facts.background);
      EXPECT_EQ(total_count(other_ground->facts), total_count(scene.facts));
    }
    const auto mirror = sibling_of(scene, sibling_odds({"left-right"}), random);
    if (mirror) {
      ++mirrored;
      EXPECT_EQ(mirror->facts.background, scene.facts.background);
      EXPECT_NEAR(mirror->objects[0].x, scene.width - scene.objects[0].x, 1e-9);
      EXPECT_EQ(mirror->objects[0].y, scene.objects[0].y);
    } else {
      ++impossible;
    }
    const auto flip = sibling_of(scene, sibling_odds({"above-below"}), random);
    if (flip) {
      ++flipped;
      EXPECT_EQ(flip->facts.background, scene.facts.background);
      EXPECT_NEAR(flip->objects[0].y, scene.height - scene.objects[0].y, 1e-9);
      EXPECT_EQ(flip->objects[0].x, scene.objects[0].x);
      const Relation before = main_relation(scene.facts);
      EXPECT_TRUE(before == Relation::kAbove || before == Relation::kBelow);
    }
    EXPECT_EQ(sibling_of(scene, sibling_odds({"relation"}), random).has_value(), mirror || flip);
    if (scene.facts.groups.size() == 1) {
      EXPECT_FALSE(mirror || flip);
    }
  }
  EXPECT_GT(mirrored, 10);
  EXPECT_GT(flipped, 10);
  EXPECT_GT(impossible, 10);
  EXPECT_THROW(sibling_odds({"color", "smell"}), Error);
}

TEST(Sibling, PicturesDifferInTheBackgroundWhenOnlyThatIsAskedFor) {
  ItemOptions options;
  options.siblings = true;
  options.sibling_odds = sibling_odds({"background"});
  for (std::uint64_t index = 0; index < 20; index += 2) {
    const auto first = nlohmann::json::parse(make_still(options, Part::kTrain, index).json);
    const auto second = nlohmann::json::parse(make_still(options, Part::kTrain, index + 1).json);
    EXPECT_NE(first.at("background"), second.at("background"));
    EXPECT_EQ(first.at("shapes").size(), second.at("shapes").size());
  }
}

TEST(Sibling, StillsOfAPairShareTheFrameAndDifferInTheirFacts) {
  const ItemOptions options{.world = World::kRich,
                            .seed = 5,
                            .siblings = true,
                            .sibling_odds = {},
                            .clip_scale = 1,
                            .clip_shots = 0,
                            .web = {}};
  for (std::uint64_t index = 0; index < 40; index += 2) {
    const Still first = make_still(options, Part::kTrain, index), second = make_still(options, Part::kTrain, index + 1);
    EXPECT_NE(first.text, second.text);
    EXPECT_NE(first.json, second.json);
    EXPECT_EQ(make_still(options, Part::kTrain, index + 1).jpeg, second.jpeg);
  }
}

}  // namespace
}  // namespace blip::synth
