#include "training/data/batch_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using testing::ElementsAre;

class BatchBuilderTest : public testing::Test {
 protected:
  BatchBuilderTest() { transform_.side = 2; }

  Sample sample(const std::string& id, const std::string& text, std::uint8_t red) {
    Sample result;
    result.id = id;
    result.text = text;
    result.image.resize(2, 2);
    for (std::uint8_t& value : result.image.pixels) value = red;
    result.image_index = red;
    return result;
  }

  TransformOptions transform_;
  RandomStream random_{{1}};
};

TEST_F(BatchBuilderTest, PlacesMayBeFilledInAnyOrderAndAgain) {
  const Transform transform(transform_);
  const TextPreparation texts(test::small_tokenizer(), text_options("caption"));
  BatchBuilder builder(transform, texts);
  builder.start(2);
  Sample bad = sample("bad", " . ", 9), late = sample("late", "a cat", 200), early = sample("early", "cat", 100);
  EXPECT_NE(test::error_of([&] { builder.fill(1, bad, random_); }), "");
  builder.fill(1, late, random_);
  builder.fill(0, early, random_);
  Batch batch;
  batch.labels = {5};  // of a former batch
  builder.finish(batch);
  EXPECT_EQ(batch.size, 2);
  EXPECT_THAT(batch.ids, ElementsAre("early", "late"));
  EXPECT_THAT(batch.image_indices, ElementsAre(100, 200));
  EXPECT_THAT(batch.prompt_tokens, ElementsAre(4));
  EXPECT_EQ(batch.texts.length, 7);  // [CLS] a picture of a cat [SEP]
  EXPECT_THAT(std::vector<int>(batch.texts.mask.begin(), batch.texts.mask.end()),
              ElementsAre(1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1));
  EXPECT_LT(batch.images[0], batch.images[12]);
  EXPECT_TRUE(batch.labels.empty());
  EXPECT_TRUE(batch.second_images.empty());
  EXPECT_TRUE(batch.answer_counts.empty());
  EXPECT_EQ(batch.answers.texts, 0);
}

TEST_F(BatchBuilderTest, ASmallerBatchHoldsNothingOfTheOneBefore) {
  const Transform transform(transform_);
  const TextPreparation texts(test::small_tokenizer(), text_options("pretrain"));
  BatchBuilder builder(transform, texts);
  Batch batch;
  for (const std::int64_t size : {3, 1}) {
    builder.start(size);
    for (std::int64_t place = 0; place < size; ++place) {
      Sample next = sample("s" + std::to_string(size), "cat", 1);
      builder.fill(place, next, random_);
    }
    builder.finish(batch);
  }
  EXPECT_EQ(batch.size, 1);
  EXPECT_THAT(batch.ids, ElementsAre("s1"));
  EXPECT_EQ(batch.images.size(), 12u);
  EXPECT_EQ(batch.texts.texts, 1);
}

}  // namespace
}  // namespace blip
