#include "training/config/recipe_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "training/config/recipe_reader.h"

namespace blip {
namespace {

using testing::Contains;
using testing::Pair;

Recipe unusual() {
  Recipe recipe;
  recipe.task = TrainingKind::kVqa;
  recipe.precision = Precision::kBFloat16;
  recipe.model.init = "a \"b\"\\c: #d\tü";
  recipe.data.train = {{SourceKind::kVqa, "x.json", "root", 0.1, "vg", "questions"},
                       {SourceKind::kWeb, "y", "", 3, "", ""}};
  recipe.data.prompt = "a picture of ";
  recipe.optimizer.lr = 1.0 / 3;
  recipe.optimizer.eps = 1e-12;
  recipe.schedule.kind = ScheduleKind::kCosinePerStep;
  recipe.schedule.steps = 123456789;
  recipe.validation.best_is_highest = true;
  return recipe;
}

TEST(RecipeWriter, WhatItWritesReadsBackAsTheSameRecipe) {
  const Recipe recipe = unusual();
  const Recipe again = parse_recipe(recipe_yaml(recipe), "written");
  EXPECT_EQ(recipe_values(again), recipe_values(recipe));
  EXPECT_EQ(again.optimizer.lr, recipe.optimizer.lr);  // no digit lost
  EXPECT_EQ(again.model.init, recipe.model.init);
  EXPECT_EQ(again.data.train[0].weight, 0.1);
}

TEST(RecipeWriter, NamesEveryValueByItsPath) {
  const auto values = recipe_values(unusual());
  EXPECT_THAT(values, Contains(Pair("task", "vqa")));
  EXPECT_THAT(values, Contains(Pair("model.vision.width", "768")));
  EXPECT_THAT(values, Contains(Pair("data.train[1].path", "\"y\"")));
  EXPECT_THAT(values, Contains(Pair("schedule.kind", "cosine_per_step")));
}

}  // namespace
}  // namespace blip
