#pragma once

#include <filesystem>

#include "training/eval/evaluation_result.h"
#include "training/eval/retrieval_ranking.h"

namespace blip {

struct RetrievalResult {
  RunResult result;
  RetrievalScores scores;
};

// Of the records that run_retrieval() leaves. Throws Error(kInvalidData).
RetrievalResult retrieval_result(const Fingerprint& fingerprint, const EachRecord& each);

// scores.safetensors: "scores_v2t" [media, texts] and "scores_t2v" [texts, media], kNotRanked outside the candidates.
// Nothing above kMostScores pairs. Throws Error(kFailed).
inline constexpr std::size_t kMostScores = 25'000'000;
void write_score_matrices(const RetrievalScores& scores, const std::filesystem::path& file);

}  // namespace blip
