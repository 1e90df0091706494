#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/engine/loaded_model.h"

namespace blip {

// ITC embeddings: unit vectors whose dot product is the similarity of picture and text; a clip of BLIP-2 has several,
// of which the most similar counts. Needs a matcher or pretrain checkpoint, else throws Error(kUnsupported).

// [clips, E] float: the mean of the frames' projections, then L2-normalised (BLIP, eval_retrieval_video.py). BLIP-2:
// [clips * Q, E], of each query.
Matrix embed_clips(LoadedModel& model, std::span<const Clip> clips);
// [texts, E] float, L2-normalised; texts are cleaned with pre_caption and cut at `max_tokens` ([CLS] and [SEP]
// included; 0 = the model's own: 35, BLIP-2's 32).
Matrix embed_texts(LoadedModel& model, std::span<const std::string> texts, std::int64_t max_tokens = 0);

// What comes before the model and what after it, for those who have it run elsewhere.
std::vector<std::vector<std::int64_t>> embedding_ids(const LoadedModel& model, std::span<const std::string> texts,
                                                     std::int64_t max_tokens = 0);
Matrix unit_rows(Matrix matrix);  // each divided by its length

}  // namespace blip
