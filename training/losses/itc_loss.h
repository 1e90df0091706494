#pragma once

#include <cstdint>

#include "core/model/torch_compat.h"

namespace blip {

// Image-text contrastive loss against momentum features and queues with soft targets (arXiv 2201.12086, section 3.2;
// ALBEF, arXiv 2107.07651). Letters: B pairs, K keys of this step (the pairs of all ranks; B with one process), E
// embedding width, Q queue length.
struct ItcInputs {
  torch::Tensor image, text;              // [B, E] unit length, with gradient
  torch::Tensor image_m, text_m;          // [K, E] of the momentum encoders
  torch::Tensor image_queue, text_queue;  // [E, Q] momentum features of older batches
  // [B, K + Q] float, rows sum to 1: which keys belong to each query. Undefined: its own pair alone.
  torch::Tensor positives;
  std::int64_t first = 0;  // the key of pair 0: the queries' own keys are [first, first + B)
};

struct ItcOutputs {
  torch::Tensor loss;              // scalar: mean of both directions
  torch::Tensor sim_i2t, sim_t2i;  // [B, B] similarities over temperature, to the queries' own keys
};

// temperature: scalar, with gradient from the students' side only. alpha: share of the momentum model's similarities in
// the targets, in [0, 1]. Throws c10::Error for shapes that do not fit.
ItcOutputs itc_loss(const ItcInputs& in, const torch::Tensor& temperature, double alpha);

// Positives of retrieval fine-tuning: keys of the same picture, in equal parts. idx [B], keys [K + Q] int64, the
// numbers of the queries' and of the keys' pictures -> [B, K + Q].
torch::Tensor same_picture_positives(const torch::Tensor& idx, const torch::Tensor& keys);

}  // namespace blip
