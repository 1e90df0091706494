#include "plugins/queries/query_embeddings.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/fake_engine/fake_engine.h"

namespace blip {
namespace {

class QueryEmbeddingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    test::fake_engine().reset();
    ModelOptions options;
    options.model = "fake";
    model_ = test::fake_engine_api().open(options).value();
    stream_ = std::move(model_->open_stream({}).value());
  }
  std::shared_ptr<Model> model_;
  std::unique_ptr<Stream> stream_;
  QueryEmbeddings embeddings_;
};

TEST_F(QueryEmbeddingsTest, AreMadeOnceForEachVersionOfTheQueries) {
  const std::vector<Query> queries{{"red", false, {}}, {"blue", false, {}}};
  EXPECT_FALSE(embeddings_.update(*stream_, queries, 1, {"{}"}));
  EXPECT_FALSE(embeddings_.update(*stream_, queries, 1, {"{}"}));
  EXPECT_EQ(test::fake_engine().embedded_texts(), 2u);
  EXPECT_FALSE(embeddings_.update(*stream_, queries, 2, {"{}"}));
  EXPECT_EQ(test::fake_engine().embedded_texts(), 4u);
  EXPECT_NEAR(dot(embeddings_.matrix().row(0), embeddings_.matrix().row(1)), 0, 1e-6);
}

TEST_F(QueryEmbeddingsTest, OfSeveralTemplatesTheMeanAtUnitLength) {
  EXPECT_FALSE(embeddings_.update(*stream_, {{"red", false, {}}}, 1, {"{}", "{} and blue"}));
  // (1, 0) and (1, 1)/sqrt(2), summed and normalised
  const auto row = embeddings_.matrix().row(0);
  const double red = 1 + 1 / std::sqrt(2), blue = 1 / std::sqrt(2), norm = std::hypot(red, blue);
  EXPECT_NEAR(row[3], red / norm, 1e-6);
  EXPECT_NEAR(row[5], blue / norm, 1e-6);
}

TEST_F(QueryEmbeddingsTest, ATemplateWithoutAPlaceIsRefused) {
  const auto failure = embeddings_.update(*stream_, {{"red", false, {}}}, 1, {"a photo"});
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, ErrorKind::kInvalidArgument);
}

TEST_F(QueryEmbeddingsTest, GivenEmbeddingsNeedNoModelButItsWidth) {
  std::vector<float> along_white(9);
  along_white[2] = 1;
  EXPECT_FALSE(embeddings_.update(*stream_, {{"x", false, along_white}, {"red", false, {}}}, 1, {"{}"}));
  EXPECT_EQ(test::fake_engine().embedded_texts(), 1u);
  EXPECT_EQ(embeddings_.matrix().row(0)[2], 1);
  EXPECT_TRUE(embeddings_.update(*stream_, {{"x", false, {1, 0}}, {"red", false, {}}}, 2, {"{}"}));
}

TEST_F(QueryEmbeddingsTest, ManyQueriesAreMadeInParts) {
  std::vector<Query> queries;
  for (int i = 0; i < 200; ++i) queries.push_back({i % 2 == 0 ? "red" : "blue", false, {}});
  EXPECT_FALSE(embeddings_.update(*stream_, queries, 1, {"{}"}));
  ASSERT_EQ(embeddings_.matrix().rows, 200);
  EXPECT_NEAR(dot(embeddings_.matrix().row(0), embeddings_.matrix().row(198)), 1, 1e-6);
  EXPECT_NEAR(dot(embeddings_.matrix().row(0), embeddings_.matrix().row(199)), 0, 1e-6);
}

TEST(Similarity, IsTheLargestOverTheRowsOfAClip) {
  const std::vector<float> rows{1, 0, 0.6F, 0.8F, 0, -1}, text{0, 1};
  EXPECT_NEAR(similarity(rows, text), 0.8, 1e-6);
  EXPECT_NEAR(similarity(std::span(rows).first(2), text), 0, 1e-6);
  EXPECT_NEAR(similarity(std::span(rows).last(2), text), -1, 1e-6);
}

}  // namespace
}  // namespace blip
