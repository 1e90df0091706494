#include "training/eval/retrieval_score.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

Matrix matrix(std::int64_t rows, std::vector<float> values) {
  Matrix result(rows, static_cast<std::int64_t>(values.size()) / rows);
  result.values = std::move(values);
  return result;
}

TEST(RetrievalScore, RanksAreCountedFromTheScores) {
  // Texts (columns) find their clip (row) at place 1, 2 and 3.
  const Matrix scores = matrix(3, {0.9F, 0.8F, 0.7F,  //
                                   0.1F, 0.5F, 0.6F,  //
                                   0.2F, 0.3F, 0.4F});
  const Recalls texts = text_to_clip_recalls(scores, {0, 1, 2});
  EXPECT_DOUBLE_EQ(texts.r1, 1.0 / 3);
  EXPECT_DOUBLE_EQ(texts.r5, 1);
  EXPECT_DOUBLE_EQ(texts.median_rank, 2);
  EXPECT_DOUBLE_EQ(texts.mean(), (1.0 / 3 + 2) / 3);
  // Clips find their text at place 1, 2 and 1.
  const Recalls clips = clip_to_text_recalls(scores, {0, 1, 2});
  EXPECT_DOUBLE_EQ(clips.r1, 2.0 / 3);
  EXPECT_DOUBLE_EQ(clips.median_rank, 1);
}

TEST(RetrievalScore, OfSeveralTextsOfAClipTheBestCounts) {
  const Matrix scores = matrix(2, {0.1F, 0.9F, 0.5F,  //
                                   0.3F, 0.4F, 0.2F});
  const std::vector<std::size_t> owners = {0, 0, 1};
  EXPECT_DOUBLE_EQ(clip_to_text_recalls(scores, owners).r1, 0.5);  // the second clip's text is behind both others
  EXPECT_DOUBLE_EQ(text_to_clip_recalls(scores, owners).r1, 1.0 / 3);
  EXPECT_DOUBLE_EQ(clip_to_text_recalls(scores, owners).median_rank, 2);  // of 1 and 3
}

TEST(RetrievalScore, TiesAndNaNAreLost) {
  EXPECT_EQ(text_to_clip_recalls(matrix(2, {1, 1, 1, 1}), {0, 1}).r1, 0);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(clip_to_text_recalls(matrix(2, {nan, nan, nan, nan}), {0, 1}).r1, 0);
}

TEST(RetrievalScore, RecallsBecomeFigures) {
  Figures figures;
  add_recalls({0.25, 0.5, 0.75, 3.5}, 8, "text_video", "text to video", figures);
  EXPECT_EQ(figures.find("text_video.r5")->value, 0.5);
  EXPECT_EQ(figures.find("text_video.r10")->count, 8);
  EXPECT_TRUE(figures.find("text_video.median_rank")->plain);
}

}  // namespace
}  // namespace blip
