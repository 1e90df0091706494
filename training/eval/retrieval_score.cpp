#include "training/eval/retrieval_score.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "core/base/matrix.h"
#include "core/engine/backend.h"
#include "core/tasks/embedder.h"
#include "core/tasks/matcher.h"

namespace blip {
namespace {

constexpr float kNotRanked = -100;  // what the original gives to pairs outside the best k; they stay in their order

Matrix cosines(const Matrix& clips, const Matrix& texts) {
  Matrix result(clips.rows, texts.rows);
  for (std::int64_t c = 0; c < clips.rows; ++c)
    for (std::int64_t t = 0; t < texts.rows; ++t) {
      const auto a = clips.row(c), b = texts.row(t);
      result.row(c)[static_cast<std::size_t>(t)] = std::inner_product(a.begin(), a.end(), b.begin(), 0.0F);
    }
  return result;
}

Matrix transposed(const Matrix& matrix) {
  Matrix result(matrix.columns, matrix.rows);
  for (std::int64_t r = 0; r < matrix.rows; ++r)
    for (std::int64_t c = 0; c < matrix.columns; ++c)
      result.row(c)[static_cast<std::size_t>(r)] = matrix.row(r)[static_cast<std::size_t>(c)];
  return result;
}

// Of each row the columns of its `k` largest values.
std::vector<std::vector<std::size_t>> best_columns(const Matrix& matrix, std::size_t k) {
  std::vector<std::vector<std::size_t>> best;
  for (std::int64_t r = 0; r < matrix.rows; ++r) {
    const auto row = matrix.row(r);
    std::vector<std::size_t> order(row.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return row[a] > row[b]; });
    order.resize(std::min(k, order.size()));
    best.push_back(std::move(order));
  }
  return best;
}

struct RankedAgain {
  Matrix by_clip, by_text;  // [clips, texts]: ITM logit + cosine among the best k of the clip, of the text
};

RankedAgain rank_again(LoadedModel& model, const RetrievalItems& items, const Matrix& similarity, std::size_t k) {
  const auto texts_of = best_columns(similarity, k), clips_of = best_columns(transposed(similarity), k);
  RankedAgain result{similarity, similarity};
  for (Matrix* matrix : {&result.by_clip, &result.by_text})
    for (float& value : matrix->values) value += kNotRanked;

  const auto ids = match_ids(model, items.texts, {});
  for (std::size_t c = 0; c < items.clips.size(); ++c) {
    const auto row = static_cast<std::int64_t>(c);
    std::vector<std::size_t> wanted = texts_of[c];
    for (std::size_t t = 0; t < clips_of.size(); ++t)
      if (std::find(clips_of[t].begin(), clips_of[t].end(), c) != clips_of[t].end()) wanted.push_back(t);
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());

    std::vector<ClipText> pairs;
    for (const std::size_t t : wanted) pairs.push_back({&items.clips[c], ids[t]});
    const auto scores = match_scores(model.backend->match(pairs));
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const std::size_t t = wanted[i];
      const float score = static_cast<float>(scores[i].logit) + similarity.row(row)[t];
      if (std::find(texts_of[c].begin(), texts_of[c].end(), t) != texts_of[c].end()) result.by_clip.row(row)[t] = score;
      if (std::find(clips_of[t].begin(), clips_of[t].end(), c) != clips_of[t].end()) result.by_text.row(row)[t] = score;
    }
    for (const auto& frame : items.clips[c].frames) frame->drop_derived();
  }
  return result;
}

}  // namespace

RetrievalScore measure_retrieval(LoadedModel& model, const RetrievalItems& items, std::size_t k) {
  const Matrix similarity = cosines(embed_clips(model, items.clips), embed_texts(model, items.texts));
  const RankedAgain ranked = k == 0 ? RankedAgain{similarity, similarity} : rank_again(model, items, similarity, k);
  return {recalls_of(text_to_clip_ranks(ranked.by_text, items.clip_of_text)),
          recalls_of(clip_to_text_ranks(ranked.by_clip, items.clip_of_text))};
}

void add_recalls(const Recalls& recalls, std::size_t queries, const std::string& prefix, const std::string& label,
                 Figures& figures) {
  const auto count = static_cast<std::int64_t>(queries);
  figures.add(prefix + ".r1", label + ": R@1", recalls.r1, count);
  figures.add(prefix + ".r5", label + ": R@5", recalls.r5, count);
  figures.add(prefix + ".r10", label + ": R@10", recalls.r10, count);
  figures.add(prefix + ".median_rank", label + ": median rank", recalls.median_rank, count, /*plain=*/true);
}

}  // namespace blip
