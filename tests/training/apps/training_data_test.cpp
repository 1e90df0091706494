#include "training/apps/training_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/training/apps/tiny_world.h"
#include "training/config/recipe_reader.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

struct Opened {
  explicit Opened(const std::vector<std::string>& settings = {}, DataShare given = {}) : share(std::move(given)) {
    share.report = [this](const std::string& line) { reported.push_back(line); };
    std::vector<std::string> all = {"data.root=" + world.path().string()};
    all.insert(all.end(), settings.begin(), settings.end());
    recipe = read_recipe(world.recipe("caption"), all);
  }
  std::unique_ptr<LoaderSource> open(bool training = true) {
    const DataPreparation preparation{TextPreparation(tokenizer, text_options_of(recipe))};
    return training ? open_training_data(recipe, preparation, share)
                    : open_validation_data(recipe, preparation, share);
  }

  test::TinyWorld world;
  Recipe recipe;
  Tokenizer tokenizer{Vocabulary::load(world / "vocab.txt")};
  std::vector<std::string> reported;
  DataShare share;
};

TEST(TrainingData, GivesBatchesAsTheRecipeSays) {
  Opened opened({"data.prompt='a picture of '", "data.max_tokens=6"});
  const auto data = opened.open();
  EXPECT_EQ(data->batches_per_epoch(), 3);
  Batch batch;
  data->next(batch);
  EXPECT_EQ(batch.size, 4);
  EXPECT_EQ(batch.side, 16);
  EXPECT_EQ(batch.images.size(), 4u * 3 * 16 * 16);
  EXPECT_EQ(batch.texts.length, 6);
  EXPECT_EQ(batch.prompt_tokens, std::vector<std::int64_t>{4});  // [CLS] a picture of
}

TEST(TrainingData, AccumulationDividesTheBatch) {
  Opened opened({"optimizer.accumulation=2"});
  const auto data = opened.open();
  Batch batch;
  data->next(batch);
  EXPECT_EQ(batch.size, 2);
  EXPECT_EQ(data->batches_per_epoch(), 6);
}

TEST(TrainingData, RanksShareABatch) {
  Opened first({}, {0, 2, {}}), second({}, {1, 2, {}});
  Batch one, other;
  first.open()->next(one);
  second.open()->next(other);
  EXPECT_EQ(one.size + other.size, 4);
  EXPECT_NE(one.ids, other.ids);
  Opened third({}, {0, 3, {}});
  EXPECT_THAT([&] { third.open(); }, ThrowsMessage<Error>(HasSubstr("cannot be shared by 3 processes")));
}

TEST(TrainingData, ValidationDataIsNeitherShuffledNorAugmented) {
  Opened opened;
  const auto data = opened.open(/*training=*/false);
  Batch batch;
  data->next(batch);
  for (std::size_t i = 0; i < batch.ids.size(); ++i) EXPECT_THAT(batch.ids[i], HasSubstr("sample" + std::to_string(i)));
  const std::size_t picture = 3 * 16 * 16;
  for (std::size_t i = 1; i < 256; ++i) EXPECT_EQ(batch.images[i], batch.images[0]);  // one colour
  for (std::size_t i = 0; i < picture; ++i) EXPECT_EQ(batch.images[i], batch.images[2 * picture + i]);
  Opened none({"data.val=[]"});
  EXPECT_EQ(none.open(/*training=*/false), nullptr);
}

TEST(TrainingData, QuestionsAreAskedForVqa) {
  Opened opened({"task=vqa"});
  Batch batch;
  opened.open()->next(batch);
  EXPECT_EQ(batch.answer_counts.size(), 4u);
}

TEST(TrainingData, NamesWhatCannotBeOpened) {
  EXPECT_THAT([] { Opened({"data.train=[]"}).open(); }, ThrowsMessage<Error>(HasSubstr("no training data")));
  EXPECT_THAT([] { Opened({"data.train=[{kind: shards, path: nowhere}]"}).open(); },
              ThrowsMessage<Error>(HasSubstr("nowhere")));
  EXPECT_THAT([] { Opened({"data.train=[{kind: shards, path: train, text: poems}]"}).open(); },
              ThrowsMessage<Error>(HasSubstr("poems")));
  EXPECT_THROW(Opened({"optimizer.batch_size=40"}).open(), Error);
}

}  // namespace
}  // namespace blip
