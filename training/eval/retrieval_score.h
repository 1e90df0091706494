#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/engine/loaded_model.h"
#include "training/eval/figures.h"
#include "training/metrics/recalls.h"

namespace blip {

// Clips (or pictures) and texts; a clip may have several texts.
struct RetrievalItems {
  std::vector<Clip> clips;
  std::vector<std::string> texts;
  std::vector<std::size_t> clip_of_text;  // [texts]
};

struct RetrievalScore {
  Recalls text_to_clip, clip_to_text;
  double mean() const noexcept { return (text_to_clip.mean() + clip_to_text.mean()) / 2; }
};

// The original's protocol (train_retrieval.py, eval_retrieval_video.py): candidates by cosine of the ITC embeddings,
// the best `k` of each query ranked again by ITM logit + cosine. k of 0: by cosine alone.
RetrievalScore measure_retrieval(LoadedModel& model, const RetrievalItems& items, std::size_t k);

void add_recalls(const Recalls& recalls, std::size_t queries, const std::string& prefix, const std::string& label,
                 Figures& figures);

}  // namespace blip
