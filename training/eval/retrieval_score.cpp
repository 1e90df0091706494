#include "training/eval/retrieval_score.h"

#include <algorithm>
#include <utility>

#include "core/base/matrix.h"
#include "core/engine/backend.h"
#include "core/tasks/embedder.h"
#include "core/tasks/matcher.h"
#include "training/eval/retrieval_ranking.h"

namespace blip {
namespace {

Matrix cosines(const Matrix& clips, const Matrix& texts) {
  Matrix result(clips.rows, texts.rows);
  for (std::int64_t c = 0; c < clips.rows; ++c)
    for (std::int64_t t = 0; t < texts.rows; ++t)
      result.row(c)[static_cast<std::size_t>(t)] = cosine(clips.row(c), texts.row(t));
  return result;
}

bool contains(const std::vector<std::size_t>& candidates, std::size_t one) {
  return std::find(candidates.begin(), candidates.end(), one) != candidates.end();
}

struct RankedAgain {
  Matrix by_clip, by_text;  // [clips, texts]: ITM logit + cosine among the best k of the clip, of the text
};

// Pairs outside the best k stay in the order of their cosines.
RankedAgain rank_again(LoadedModel& model, const RetrievalItems& items, const Matrix& similarity,
                       const Candidates& candidates) {
  RankedAgain result{similarity, similarity};
  for (Matrix* matrix : {&result.by_clip, &result.by_text})
    for (float& value : matrix->values) value += kNotRanked;

  const auto ids = match_ids(model, items.texts, {});
  for (std::size_t c = 0; c < items.clips.size(); ++c) {
    const auto row = static_cast<std::int64_t>(c);
    const auto& best_texts = candidates.texts_of_medium[c];
    std::vector<std::size_t> wanted;
    for (std::size_t t = 0; t < items.texts.size(); ++t)
      if (contains(best_texts, t) || contains(candidates.media_of_text[t], c)) wanted.push_back(t);

    std::vector<ClipText> pairs;
    for (const std::size_t t : wanted) pairs.push_back({&items.clips[c], ids[t]});
    const auto scores = match_scores(model.backend->match(pairs));
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const std::size_t t = wanted[i];
      const float score = static_cast<float>(scores[i].logit) + similarity.row(row)[t];
      if (contains(best_texts, t)) result.by_clip.row(row)[t] = score;
      if (contains(candidates.media_of_text[t], c)) result.by_text.row(row)[t] = score;
    }
    for (const auto& frame : items.clips[c].frames) frame->drop_derived();
  }
  return result;
}

}  // namespace

RetrievalScore measure_retrieval(LoadedModel& model, const RetrievalItems& items, std::size_t k) {
  const Matrix clips = rows_of_clips(embed_clips(model, items.clips), items.clips.size()),
               texts = embed_texts(model, items.texts);
  const Matrix similarity = cosines(clips, texts);
  const RankedAgain ranked = k == 0 ? RankedAgain{similarity, similarity}
                                    : rank_again(model, items, similarity, choose_candidates(clips, texts, k));
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
