#include "training/config/recipe_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/error.h"
#include "training/config/recipe_reader.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

const fs::path kRecipes = fs::path(BLIP_SOURCE_DIR) / "training/recipes";

TEST(RecipeCatalog, EveryRecipeThatComesWithTheProgramIsStrictlyRead) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(kRecipes)) {
    SCOPED_TRACE(entry.path().string());
    const Recipe recipe = read_recipe(entry.path());
    const std::string name = entry.path().stem().string();
    std::string task = kTrainingKindNames[static_cast<std::size_t>(recipe.task)];
    std::replace(task.begin(), task.end(), '-', '_');
    if (recipe.model.train_vision) task = "blip2_caption";  // fine-tuning goes on as stage 2
    EXPECT_NE(name.find(task), std::string::npos) << "the name says the task";
    EXPECT_FALSE(recipe.data.train.empty());
    EXPECT_EQ(find_recipe(name), entry.path());
    ++count;
  }
  EXPECT_GE(count, 14u);
}

TEST(RecipeCatalog, ThePapersRecipesHaveItsNumbers) {
  const Recipe pretrain = read_recipe(find_recipe("pretrain"));
  EXPECT_EQ(pretrain.optimizer.batch_size, 600);
  EXPECT_EQ(pretrain.schedule.epochs, 20);
  const Recipe coco = read_recipe(find_recipe("retrieval_coco")), flickr = read_recipe(find_recipe("retrieval_flickr"));
  EXPECT_TRUE(coco.loss.negative_all_rank);
  EXPECT_FALSE(flickr.loss.negative_all_rank);
  EXPECT_EQ(coco.data.image_size, 384);
  EXPECT_EQ(read_recipe(find_recipe("vqa")).data.image_size, 480);
  EXPECT_EQ(read_recipe(find_recipe("nlvr2")).optimizer.lr, 3e-5);
}

TEST(RecipeCatalog, Blip2sRecipesHaveLavisNumbers) {
  const Recipe first = read_recipe(find_recipe("blip2_stage1")), second = read_recipe(find_recipe("blip2_stage2_opt"));
  EXPECT_EQ(first.model.qformer.queries, 32);
  EXPECT_EQ(first.data.max_tokens, 32);
  EXPECT_EQ(first.schedule.warmup_steps, 5000);
  EXPECT_FALSE(first.data.rand_augment);
  EXPECT_EQ(second.schedule.warmup_steps, 2000);
  const Recipe captions = read_recipe(find_recipe("blip2_caption_coco"));
  EXPECT_EQ(captions.data.image_size, 364);
  EXPECT_EQ(captions.data.prompt, "a photo of");
  EXPECT_EQ(captions.optimizer.lr, 1e-5);
}

TEST(RecipeCatalog, FindsAFileByItsPath) {
  EXPECT_EQ(find_recipe((kRecipes / "vqa.yaml").string()), kRecipes / "vqa.yaml");
}

TEST(RecipeCatalog, ListsTheNamesThereAre) {
  EXPECT_THAT([] { find_recipe("pretrian"); },
              ThrowsMessage<Error>(AllOf(HasSubstr("'pretrian'"), HasSubstr("pretrain, "), HasSubstr("vqa"))));
  EXPECT_THROW(find_recipe("nowhere/x.yaml"), Error);
}

}  // namespace
}  // namespace blip
