#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/base/matrix.h"
#include "training/results/sample_records.h"

namespace blip {

// What the original gives to pairs outside the best k.
inline constexpr float kNotRanked = -100;

// Of two embeddings of unit length; where one holds several embeddings of the other's size, one after the other, the
// largest of them (BLIP-2 has one a query of its Q-Former). The same sums in every run, so that scores are.
float cosine(std::span<const float> a, std::span<const float> b);

// The embeddings of clips [clips * N, E] with all of a clip in one row: [clips, N * E].
Matrix rows_of_clips(Matrix embeddings, std::size_t clips);

// The columns of the `k` largest values of a row, largest first; of equal ones the smaller index first.
std::vector<std::size_t> best_of(std::span<const float> row, std::size_t k);

// The candidates of both directions by cosine of the ITC embeddings (unit rows; of media several side by side).
struct Candidates {
  std::vector<std::vector<std::size_t>> texts_of_medium, media_of_text;  // best k each, best first
};
Candidates choose_candidates(const Matrix& media, const Matrix& texts, std::size_t k);

// A score for each candidate of a query.
struct RankedQuery {
  std::vector<std::size_t> candidates;
  std::vector<float> scores;  // ITM logit + cosine
};

// A whole evaluation: what was compared with what, and how it came out.
struct RetrievalScores {
  std::vector<std::string> media, texts;   // ids; the texts themselves
  std::vector<std::size_t> media_of_text;  // [texts]
  std::vector<RankedQuery> by_medium;      // [media], candidates are texts
  std::vector<RankedQuery> by_text;        // [texts], candidates are media
};

// The place, from 0 on, of `own` in np.argsort(scores)[::-1] of all `count` scores, of which those that are not among
// the candidates are kNotRanked: of equal scores the larger index comes first.
std::size_t rank_of(const RankedQuery& query, std::size_t own, std::size_t count);
std::vector<std::size_t> medium_ranks(const RetrievalScores& scores);  // the best of each medium's texts
std::vector<std::size_t> text_ranks(const RetrievalScores& scores);

// All pairs, kNotRanked outside the candidates: [queries, columns].
Matrix dense_scores(std::span<const RankedQuery> queries, std::size_t columns);

}  // namespace blip
