#include "training/apps/new_task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/training/apps/tiny_world.h"
#include "training/config/recipe_reader.h"
#include "training/trainer/model_export.h"
#include "training/trainer/tensor_bytes.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::ThrowsMessage;

Recipe recipe_in(const test::TinyWorld& world, const std::string& task, std::vector<std::string> settings = {}) {
  settings.push_back("data.root=" + world.path().string());
  return read_recipe(world.recipe(task), settings);
}

torch::Tensor first_weights(const NewTask& made) {
  return made.task->parameters().front().tensor.detach().clone();
}

TEST(NewTask, ANewModelHasTheRecipesSizesAndSeed) {
  const test::TinyWorld world;
  const NewTask made = make_task_of(recipe_in(world, "pretrain"));
  EXPECT_EQ(made.task->name(), "pretrain");
  EXPECT_EQ(made.task->config().vision.image_size, 16);
  EXPECT_EQ(made.task->config().text.vocab_size, made.vocabulary.size());
  EXPECT_EQ(made.vocabulary.size(), 13 + 2);
  EXPECT_THAT(made.vocabulary_text, HasSubstr("?\n[DEC]\n[ENC]\n"));
  EXPECT_TRUE(first_weights(make_task_of(recipe_in(world, "pretrain"))).equal(first_weights(made)));
  EXPECT_FALSE(first_weights(make_task_of(recipe_in(world, "pretrain", {"seed=4"}))).equal(first_weights(made)));
}

TEST(NewTask, AFineTuningBeginsFromAPreTrainedModel) {
  const test::TinyWorld world;
  const NewTask pretrained = make_task_of(recipe_in(world, "pretrain"));
  TensorMap tensors;
  for (const auto& [name, tensor] : pretrained.task->state()) tensors.emplace(name, view_of(tensor));
  export_model(tensors,
               {.config = pretrained.task->config(), .layout = pretrained.task->layout(), .vocab = world / "vocab.txt"},
               world / "out");
  for (const char* model : {"out/model.pth", "out/model"}) {
    const NewTask made = make_task_of(
        recipe_in(world, "caption", {"model.vocab=''", "model.init=" + (world / model).string(), "seed=9"}));
    EXPECT_EQ(made.task->name(), "caption");
    EXPECT_TRUE(first_weights(made).equal(first_weights(pretrained))) << model;
    EXPECT_THAT(made.message, IsEmpty());
  }
}

TEST(NewTask, NamesWhatIsMissing) {
  const test::TinyWorld world;
  EXPECT_THAT([&] { make_task_of(recipe_in(world, "pretrain", {"model.vocab=''"})); },
              ThrowsMessage<Error>(HasSubstr("needs a vocabulary")));
  EXPECT_THAT([&] { make_task_of(recipe_in(world, "pretrain", {"model.vocab=none.txt"})); },
              ThrowsMessage<Error>(HasSubstr("none.txt")));
  EXPECT_THAT([&] { make_task_of(recipe_in(world, "pretrain", {"model.init=none.pth"})); },
              ThrowsMessage<Error>(HasSubstr("none.pth")));
}

}  // namespace
}  // namespace blip
