#pragma once

#include "core/model/torch_compat.h"

namespace blip {

// BLIP-2's image-text contrast (arXiv 2301.12597, section 3.1; LAVIS, blip2_qformer.py): a picture is as similar to a
// text as the most similar of its queries; negatives are the other pairs of the batch, on all ranks. Letters: B pairs
// of this rank, K of all ranks, Q queries, E embedding width.
struct QueryContrastInputs {
  torch::Tensor image, text;               // [B, Q, E], [B, E] unit length, with gradient
  torch::Tensor all_images, all_texts;     // [K, Q, E], [K, E] of all ranks, without gradient beyond this rank's
  std::int64_t first = 0;                  // the place of pair 0 among all
  torch::Tensor image_ids, all_image_ids;  // [B], [K] int64, equal = one picture; undefined: all differ
};

struct QueryContrastOutputs {
  torch::Tensor loss;              // scalar: mean of both directions
  torch::Tensor sim_i2t, sim_t2i;  // [B, K] over temperature
};

// Own pairs (or pairs with equal ids, in equal parts) are the targets, smoothed by `label_smoothing`.
QueryContrastOutputs query_contrast(const QueryContrastInputs& in, const torch::Tensor& temperature,
                                    double label_smoothing);

// How likely each candidate is to be drawn as a wrong partner: softmax of the similarities, 0 for the own pair and for
// pairs of one picture. sim [B, K] -> [B, K].
torch::Tensor query_negative_weights(const torch::Tensor& sim, const QueryContrastInputs& in);

}  // namespace blip
