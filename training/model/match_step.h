#pragma once

#include "core/model/blip.h"
#include "training/model/batch_tensors.h"

namespace blip {

// Image-text matching of a batch with its hard negatives (arXiv 2201.12086, section 3.2).
struct MatchInputs {
  CrossStates cross;        // keys and values of P pictures for every layer
  torch::Tensor own;        // [B] int64: rows of `cross` with the texts' own pictures
  torch::Tensor wrong;      // [B]: rows with a wrong picture for each text
  TextTensors texts;        // [B, T], [ENC] first
  TextTensors wrong_texts;  // [B, T'], a wrong text for each picture
};

// Pairs in the original's order: (own, texts), (wrong, texts), (own, wrong_texts). Returns the cross-entropy over the
// 3B pairs, a scalar. Each picture's keys and values are made once, however many texts read them.
torch::Tensor match_loss(Blip& model, const MatchInputs& inputs);

// Rows of keys and values: what index_select is for a tensor. rows [R] int64.
CrossStates select_rows(const CrossStates& states, const torch::Tensor& rows);

}  // namespace blip
