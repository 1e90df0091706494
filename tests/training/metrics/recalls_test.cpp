#include "training/metrics/recalls.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace blip {
namespace {

using Ranks = std::vector<std::size_t>;

Matrix matrix(std::int64_t rows, std::vector<float> values) {
  Matrix result(rows, static_cast<std::int64_t>(values.size()) / rows);
  result.values = std::move(values);
  return result;
}

TEST(Recalls, RanksAreCountedFromTheScores) {
  const Matrix scores = matrix(3, {0.9F, 0.8F, 0.7F,  //
                                   0.1F, 0.5F, 0.6F,  //
                                   0.2F, 0.3F, 0.4F});
  const Ranks owners = {0, 1, 2};
  EXPECT_EQ(text_to_clip_ranks(scores, owners), (Ranks{0, 1, 2}));
  EXPECT_EQ(clip_to_text_ranks(scores, owners), (Ranks{0, 1, 0}));
}

TEST(Recalls, AreParts) {
  const Recalls recalls = recalls_of(Ranks{0, 1, 2});
  EXPECT_DOUBLE_EQ(recalls.r1, 1.0 / 3);
  EXPECT_DOUBLE_EQ(recalls.r5, 1);
  EXPECT_DOUBLE_EQ(recalls.median_rank, 2);
  EXPECT_DOUBLE_EQ(recalls.mean(), (1.0 / 3 + 2) / 3);
  const Recalls far = recalls_of(Ranks{10, 4, 9, 5});
  EXPECT_DOUBLE_EQ(far.r1, 0);
  EXPECT_DOUBLE_EQ(far.r5, 0.25);
  EXPECT_DOUBLE_EQ(far.r10, 0.75);
  EXPECT_DOUBLE_EQ(far.median_rank, 8);  // of 5, 6, 10 and 11
  EXPECT_EQ(recalls_of({}).median_rank, 0);
}

TEST(Recalls, OfSeveralTextsOfAClipTheBestCounts) {
  const Matrix scores = matrix(2, {0.1F, 0.9F, 0.5F,  //
                                   0.3F, 0.4F, 0.2F});
  const Ranks owners = {0, 0, 1};
  EXPECT_EQ(clip_to_text_ranks(scores, owners), (Ranks{0, 2}));  // the second clip's text is behind both others
  EXPECT_EQ(text_to_clip_ranks(scores, owners), (Ranks{1, 0, 1}));
}

// np.argsort puts equal scores in the order of their index, and [::-1] turns that round.
TEST(Recalls, OfEqualScoresTheLargerIndexComesFirst) {
  const Matrix scores = matrix(3, {-100, -100, -100,  //
                                   -100, 2, -100,     //
                                   -100, -100, -100});
  const Ranks owners = {0, 1, 2};
  EXPECT_EQ(text_to_clip_ranks(scores, owners), (Ranks{2, 0, 0}));
  EXPECT_EQ(clip_to_text_ranks(scores, owners), (Ranks{2, 0, 0}));
}

TEST(Recalls, NotANumberIsBehindAll) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(text_to_clip_ranks(matrix(2, {nan, nan, nan, nan}), Ranks{0, 1}), (Ranks{1, 1}));
  EXPECT_EQ(clip_to_text_ranks(matrix(1, {nan, 0.5F}), Ranks{0, 0}), (Ranks{0}));
  EXPECT_EQ(clip_to_text_ranks(matrix(1, {nan, 0.5F}), Ranks{0}), (Ranks{1}));
}

TEST(Recalls, AClipWithoutTextsIsLast) {
  EXPECT_EQ(clip_to_text_ranks(matrix(2, {1, 1, 1, 1}), Ranks{0, 0}), (Ranks{0, 2}));
}

}  // namespace
}  // namespace blip
