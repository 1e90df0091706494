#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/matrix.h"
#include "core/engine/loaded_model.h"
#include "training/eval/figures.h"

namespace blip {

// Clips (or pictures) and texts; a clip may have several texts.
struct RetrievalItems {
  std::vector<Clip> clips;
  std::vector<std::string> texts;
  std::vector<std::size_t> clip_of_text;  // [texts]
};

// How well each query finds what belongs to it.
struct Recalls {
  double r1 = 0, r5 = 0, r10 = 0;  // parts of 1
  double median_rank = 0;          // the first is 1
  double mean() const noexcept { return (r1 + r5 + r10) / 3; }
};

struct RetrievalScore {
  Recalls text_to_clip, clip_to_text;
  double mean() const noexcept { return (text_to_clip.mean() + clip_to_text.mean()) / 2; }
};

// The original's protocol (train_retrieval.py, eval_retrieval_video.py): candidates by cosine of the ITC embeddings,
// the best `k` of each query ranked again by ITM logit + cosine. k of 0: by cosine alone.
RetrievalScore measure_retrieval(LoadedModel& model, const RetrievalItems& items, std::size_t k);

// From scores [clips, texts], higher is better. A tie counts as lost. Of several texts of a clip the best one counts.
Recalls text_to_clip_recalls(const Matrix& scores, const std::vector<std::size_t>& clip_of_text);
Recalls clip_to_text_recalls(const Matrix& scores, const std::vector<std::size_t>& clip_of_text);

void add_recalls(const Recalls& recalls, std::size_t queries, const std::string& prefix, const std::string& label,
                 Figures& figures);

}  // namespace blip
