#include "core/index/vectors/embedding_rows.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/index/vectors/half_dot.h"

namespace blip {
namespace {

double length(const std::vector<float>& row) {
  double squares = 0;
  for (const float x : row) squares += double{x} * x;
  return std::sqrt(squares);
}

TEST(EmbeddingRows, ASingleEmbeddingStaysAsItIs) {
  const std::vector<float> embedding{0.6F, 0.8F};
  EXPECT_EQ(packed_embedding(embedding, 1), embedding);
  EXPECT_EQ(packed_embedding_size(2, 1), 2);
  EXPECT_EQ(embeddings_in(2, 2), 1);
  EXPECT_NEAR(row_similarity(embedding, std::vector<float>{0, 1}), 0.8, 1e-6);
}

TEST(EmbeddingRows, OfSeveralTheMostSimilarCounts) {
  const auto row = packed_embedding(std::vector<float>{1, 0, 0.6F, 0.8F, -1, 0}, 3);
  ASSERT_EQ(std::ssize(row), packed_embedding_size(2, 3));
  EXPECT_EQ(std::ssize(row), 3 * kDotWidth);
  EXPECT_NEAR(length(row), 1, 1e-6);
  EXPECT_EQ(embeddings_in(std::ssize(row), 2), 3);
  EXPECT_NEAR(row_similarity(row, std::vector<float>{0, 1}), 0.8, 1e-6);
  EXPECT_NEAR(row_similarity(row, std::vector<float>{1, 0}), 1, 1e-6);
  EXPECT_NEAR(row_similarity(row, std::vector<float>{0, -1}), 0, 1e-6) << "of 0, -0.8 and 0";
}

TEST(EmbeddingRows, TwoRowsAreComparedOneByOneAndTheMeanTaken) {
  const auto a = packed_embedding(std::vector<float>{1, 0, 0, 1}, 2);
  const auto b = packed_embedding(std::vector<float>{1, 0, 0.8F, 0.6F}, 2);
  EXPECT_NEAR(row_similarity(a, a), 1, 1e-6);
  EXPECT_NEAR(row_similarity(a, b), (1 + 0.6) / 2, 1e-6);
}

TEST(EmbeddingRows, SizesThatDoNotGoTogetherAreNoRow) {
  EXPECT_EQ(embeddings_in(64, 40), 0) << "one padded to 64 would be kept as it is";
  EXPECT_EQ(embeddings_in(96, 40), 0);
  EXPECT_EQ(embeddings_in(2, 64), 0);
  EXPECT_EQ(embeddings_in(64, 0), 0);
  EXPECT_EQ(row_similarity(std::vector<float>(96), std::vector<float>(40)), 0);
}

}  // namespace
}  // namespace blip
