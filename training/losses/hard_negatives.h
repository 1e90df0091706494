#pragma once

#include <functional>

#include "core/model/torch_compat.h"

namespace blip {

// Which wrong partners image-text matching is trained on: the likelier ITC takes a pair for a match, the likelier it is
// drawn (arXiv 2201.12086, section 3.2). Weights are [B, C]: row = query, column = candidate, 0 = never.

// Pre-training: softmax over the own batch plus 1e-4, own pair 0. sim [B, B] similarities over temperature.
torch::Tensor pretrain_negative_weights(const torch::Tensor& sim);

// Retrieval fine-tuning: softmax(query . candidates / temperature), 0 where the pictures are the same. query [B, E];
// candidates [C, E]; idx [B], candidate_idx [C] int64.
torch::Tensor retrieval_negative_weights(const torch::Tensor& query, const torch::Tensor& candidates,
                                         const torch::Tensor& temperature, const torch::Tensor& idx,
                                         const torch::Tensor& candidate_idx);

// Chooses one candidate a row: [B, C] -> [B] int64.
using ChooseNegatives = std::function<torch::Tensor(const torch::Tensor& weights)>;

// Draws by the weights from LibTorch's generator. A row without any weight (all candidates are the same picture)
// or with one that is not finite (the loss will tell) takes every other candidate as likely. Throws c10::Error for a
// single candidate.
torch::Tensor draw_negatives(const torch::Tensor& weights);

}  // namespace blip
