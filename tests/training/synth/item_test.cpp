#include "training/synth/item.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "core/vision/jpeg_file.h"
#include "training/synth/truth.h"

namespace blip::synth {
namespace {

ItemOptions options(World world, std::uint64_t seed = 4) {
  ItemOptions result;
  result.world = world;
  result.seed = seed;
  return result;
}

TEST(Item, StillIsAPictureWithItsTruth) {
  for (const World world : {World::kBasic, World::kRich})
    for (std::uint64_t i = 0; i < 20; ++i) {
      const Still still = make_still(options(world), Part::kTrain, i);
      const auto json = nlohmann::json::parse(still.json);
      const SceneFacts facts = facts_from_json(json, still.key);
      EXPECT_EQ(json.at("captions").at(0), still.text);
      for (const auto& caption : json.at("captions"))
        EXPECT_TRUE(judge(caption.get<std::string>(), facts).names_all) << caption;
      EXPECT_FALSE(judge(json.at("wrong_caption").get<std::string>(), facts).is_true);
      EXPECT_FALSE(json.at("wrong_kind").get<std::string>().empty());
      EXPECT_GE(json.at("questions").size(), 3U);
      EXPECT_EQ(json.at("web").size(), 2U);
      const RgbImage image = decode_jpeg(still.jpeg, still.key).image;
      EXPECT_TRUE((image.width == 160 && image.height == 120) || (image.width == 192 && image.height == 108));
    }
}

TEST(Item, KeysAreTheIndexInNineDigits) {
  EXPECT_EQ(make_still(options(World::kRich), Part::kTrain, 431).key, "000000431");
}

TEST(Item, FollowsFromWorldSeedPartAndIndexAlone) {
  std::set<std::string> pictures;
  const auto picture = [](const ItemOptions& with, Part part, std::uint64_t index) {
    return make_still(with, part, index).jpeg;
  };
  const ItemOptions rich = options(World::kRich);
  EXPECT_EQ(picture(rich, Part::kTrain, 7), picture(rich, Part::kTrain, 7));
  pictures.insert(picture(rich, Part::kTrain, 7));
  pictures.insert(picture(rich, Part::kVal, 7));
  pictures.insert(picture(rich, Part::kTest, 7));
  pictures.insert(picture(rich, Part::kTrain, 8));
  pictures.insert(picture(options(World::kRich, 5), Part::kTrain, 7));
  pictures.insert(picture(options(World::kBasic), Part::kTrain, 7));
  EXPECT_EQ(pictures.size(), 6U);
}

TEST(Item, PartsHaveNames) {
  EXPECT_EQ(name(Part::kTrain), "train");
  EXPECT_EQ(name(Part::kTest), "test");
}

}  // namespace
}  // namespace blip::synth
