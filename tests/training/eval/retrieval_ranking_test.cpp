#include "training/eval/retrieval_ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "training/metrics/recalls.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Matrix matrix(std::int64_t rows, std::vector<float> values) {
  Matrix result(rows, static_cast<std::int64_t>(values.size()) / rows);
  result.values = std::move(values);
  return result;
}

TEST(RetrievalRanking, TheBestAreTheLargest) {
  const std::vector<float> row = {0.1F, 0.9F, NAN, 0.9F, -2.F};
  EXPECT_THAT(best_of(row, 3), ElementsAre(1, 3, 0));
  EXPECT_THAT(best_of(row, 9), ElementsAre(1, 3, 0, 4, 2));
  EXPECT_THAT(best_of(row, 0), IsEmpty());
}

TEST(RetrievalRanking, CandidatesAreChosenInBothDirections) {
  const Matrix media = matrix(2, {1, 0, 0, 1}), texts = matrix(3, {1, 0, 0.8F, 0.6F, 0, 1});
  const Candidates chosen = choose_candidates(media, texts, 1);
  EXPECT_THAT(chosen.texts_of_medium, ElementsAre(ElementsAre(0), ElementsAre(2)));
  EXPECT_THAT(chosen.media_of_text, ElementsAre(ElementsAre(0), ElementsAre(0), ElementsAre(1)));
  EXPECT_THROW(choose_candidates(media, matrix(1, {1, 0, 0}), 1), Error);
}

// As BLIP-2 has it: an embedding a query of its Q-Former.
TEST(RetrievalRanking, OfSeveralEmbeddingsOfAMediumTheMostSimilarCounts) {
  const Matrix media = rows_of_clips(matrix(4, {1, 0, -1, 0, 0, 1, 0, -1}), 2);
  EXPECT_EQ(media.rows, 2);
  EXPECT_EQ(media.columns, 4);
  const Matrix texts = matrix(2, {-1, 0, 0, -1});
  EXPECT_EQ(cosine(media.row(0), texts.row(0)), 1);
  EXPECT_EQ(cosine(texts.row(0), media.row(0)), 1);
  EXPECT_EQ(cosine(media.row(1), texts.row(0)), 0);
  const Candidates chosen = choose_candidates(media, texts, 1);
  EXPECT_THAT(chosen.texts_of_medium, ElementsAre(ElementsAre(0), ElementsAre(1)));
  EXPECT_THAT(chosen.media_of_text, ElementsAre(ElementsAre(0), ElementsAre(1)));
}

TEST(RetrievalRanking, CosineIsTheSumOfProducts) {
  std::vector<float> a(21), b(21);
  std::iota(a.begin(), a.end(), 0.F);
  std::fill(b.begin(), b.end(), 2.F);
  EXPECT_EQ(cosine(a, b), 420.F);
}

// np.argsort(scores)[::-1] of all scores, written down plainly.
std::size_t plain_rank(std::vector<float> scores, std::size_t own) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  std::reverse(order.begin(), order.end());
  return static_cast<std::size_t>(std::find(order.begin(), order.end(), own) - order.begin());
}

TEST(RetrievalRanking, ARankIsThePlaceInTheReversedOrder) {
  const std::vector<RankedQuery> queries = {
      {{3, 1, 0}, {2.F, 2.F, -1.F}}, {{0, 4}, {-100.F, -101.F}}, {{2}, {5.F}}, {{}, {}}};
  const Matrix all = dense_scores(queries, 5);
  for (std::size_t q = 0; q < queries.size(); ++q) {
    const auto row = all.row(static_cast<std::int64_t>(q));
    for (std::size_t own = 0; own < 5; ++own)
      EXPECT_EQ(rank_of(queries[q], own, 5), plain_rank({row.begin(), row.end()}, own)) << q << " " << own;
  }
}

TEST(RetrievalRanking, ANumberThatIsNoneIsLast) {
  EXPECT_EQ(rank_of({{0, 1}, {NAN, -5.F}}, 0, 4), 3U);
}

TEST(RetrievalRanking, OfSeveralTextsTheBestCounts) {
  RetrievalScores scores;
  scores.media = {"a", "b"};
  scores.texts = {"a1", "a2", "b1"};
  scores.media_of_text = {0, 0, 1};
  scores.by_medium = {{{0, 1, 2}, {0.1F, 0.9F, 0.5F}}, {{0, 1, 2}, {0.3F, 0.4F, 0.2F}}};
  scores.by_text = {{{0, 1}, {0.1F, 0.3F}}, {{0, 1}, {0.9F, 0.4F}}, {{1}, {0.2F}}};
  EXPECT_THAT(medium_ranks(scores), ElementsAre(0, 2));
  EXPECT_THAT(text_ranks(scores), ElementsAre(1, 0, 0));
  // The same from the whole matrices.
  const std::vector<std::size_t> owners = {0, 0, 1};
  EXPECT_EQ(clip_to_text_ranks(dense_scores(scores.by_medium, 3), owners), medium_ranks(scores));
}

}  // namespace
}  // namespace blip
