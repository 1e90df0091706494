#include "training/synth/captions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/training/synth/facts_builder.h"
#include "tests/training/synth/shapes_file.h"
#include "training/synth/truth.h"

namespace blip::synth {
namespace {

using ::testing::UnorderedElementsAre;

std::vector<std::string> texts(World world, const SceneFacts& facts) {
  std::vector<std::string> result;
  for (const Statement& statement : true_statements(world, facts)) result.push_back(to_text(statement));
  return result;
}

TEST(Captions, OfTheRichWorldForOneAndTwoGroups) {
  const SceneFacts one = test::scene("dark", {test::group("small", "orange", "heart", {{0.5, 0.5}})});
  EXPECT_THAT(texts(World::kRich, one),
              UnorderedElementsAre("an orange heart", "an orange heart on a dark background", "a small orange heart",
                                   "a small orange heart on a dark background"));
  const auto two = texts(World::kRich, test::circles_and_star());
  EXPECT_EQ(two.size(), 12U);
  EXPECT_THAT(two, ::testing::IsSupersetOf({"two red circles and a blue star", "two red circles left of a blue star",
                                            "a blue star right of two red circles",
                                            "a large blue star right of two small red circles on a dark background"}));
  EXPECT_THAT(two, ::testing::Not(::testing::Contains("a blue star and two red circles")));
}

TEST(Captions, OfSampledScenesAreTrueCompleteAndShort) {
  for (const World world : {World::kBasic, World::kRich})
    for (std::uint64_t i = 0; i < 200; ++i) {
      Random random({3, i});
      const Scene scene = sample_scene(world, {}, random);
      const auto captions = sample_captions(world, scene.facts, 3, random);
      ASSERT_EQ(captions.size(), 3U);
      EXPECT_EQ(std::set<std::string>(captions.begin(), captions.end()).size(), 3U);
      for (const std::string& caption : captions) {
        EXPECT_TRUE(judge(caption, scene.facts).names_all) << caption;
        EXPECT_LE(std::count(caption.begin(), caption.end(), ' '), 23) << caption;
      }
    }
}

TEST(Captions, AskingForMoreThanThereAreGivesAll) {
  const SceneFacts one = test::scene("dark", {test::group("small", "red", "heart", {{0.5, 0.5}})});
  Random random({1});
  EXPECT_EQ(sample_captions(World::kRich, one, 9, random).size(), 4U);
}

TEST(Captions, OfAClipNameTheFirstOfEachShotInTheBasicWorld) {
  const SceneFacts heart = test::scene("dark", {test::group("small", "red", "heart", {{0.5, 0.5}})});
  EXPECT_EQ(clip_caption(World::kBasic, {test::circles_and_star(), heart, test::circles_and_star()}),
            "two red circles , a red heart and two red circles");
  EXPECT_EQ(clip_caption(World::kBasic, {heart}), "a red heart");
}

TEST(Captions, OfAClipNameUpToSixGroupsOnceInTheRichWorld) {
  const SceneFacts heart = test::scene("dark", {test::group("small", "red", "heart", {{0.5, 0.5}})});
  EXPECT_EQ(clip_caption(World::kRich, {test::circles_and_star(), heart, test::circles_and_star()}),
            "a video of two red circles , a blue star and a red heart");
  const SceneFacts three = test::scene("dark", {test::group("small", "green", "ring", {{0.1, 0.5}}),
                                                test::group("small", "green", "cross", {{0.5, 0.5}}),
                                                test::group("small", "green", "square", {{0.9, 0.5}})});
  // Four shots have a group each, and two more have room.
  EXPECT_EQ(clip_caption(World::kRich, {heart, three, test::circles_and_star(), heart}),
            "a video of a red heart , a green ring , a green cross , a green square and two red circles");
}

TEST(CaptionsGolden, AreThoseOfTheReferenceClips) {
  const int shots = test::for_each_shot([&](const auto& shot, const SceneFacts& facts) {
    const auto expected = shot.at("true_captions").template get<std::vector<std::string>>();
    EXPECT_THAT(texts(World::kBasic, facts), ::testing::UnorderedElementsAreArray(expected));
  });
  EXPECT_GT(shots, 0);
}

TEST(CaptionsGolden, OfClipsAreThoseOfTheReferenceClips) {
  int clips = 0;
  const auto annotations = blip::test::read_json(blip::test::shapes_dir() / "annotations.json");
  for (const auto& clip : annotations.at("clips")) {
    std::vector<SceneFacts> shots;
    for (const auto& shot : clip.at("shots")) shots.push_back(facts_from_json(shot, "clip"));
    EXPECT_EQ(clip_caption(World::kBasic, shots), clip.at("caption").get<std::string>());
    ++clips;
  }
  EXPECT_GT(clips, 0);
}

}  // namespace
}  // namespace blip::synth
