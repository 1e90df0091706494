#include "training/config/recipe_differences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(RecipeDifferences, NamesWhatChangesTheTraining) {
  Recipe before, now;
  before.optimizer.lr = 0.5;
  now.optimizer.lr = 0.25;
  now.data.train.push_back({SourceKind::kShards, "x", "", 1, "", ""});
  EXPECT_THAT(recipe_differences(before, before), IsEmpty());
  EXPECT_THAT(recipe_differences(before, now),
              ElementsAre("optimizer.lr was 0.5 and is 0.25", "data.train[0].kind is new: shards",
                          "data.train[0].path is new: \"x\"", "data.train[0].root is new: \"\"",
                          "data.train[0].text is new: \"\"", "data.train[0].vg_root is new: \"\"",
                          "data.train[0].weight is new: 1"));
  now = before;
  now.model.text.depth = 6;
  EXPECT_THAT(recipe_differences(now, before), ElementsAre("model.text.depth was 6 and is 12"));
}

TEST(RecipeDifferences, AllowsWhatChangesNoWeight) {
  Recipe before, now;
  now.data.workers = 7;
  now.data.root = "/elsewhere";
  now.checkpoints.keep = 9;
  now.validation.every_steps = 5;
  now.data.val.push_back({SourceKind::kShards, "x", "", 1, "", ""});
  now.model.init = "elsewhere/model.pth";
  now.log_every = 1;
  EXPECT_THAT(recipe_differences(before, now), IsEmpty());
}

}  // namespace
}  // namespace blip
