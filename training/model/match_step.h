#pragma once

#include "core/model/blip.h"
#include "training/model/batch_tensors.h"

namespace blip {

// Image-text matching of a batch with its hard negatives (arXiv 2201.12086, section 3.2).
struct MatchInputs {
  CrossStates cross;        // keys and values of pictures for every layer, first those of the B texts' own ones
  torch::Tensor wrong;      // [B] int64: rows of `cross` with a wrong picture for each text
  TextTensors texts;        // [B, T], [ENC] first
  TextTensors wrong_texts;  // [B, T'], a wrong text for each picture
};

// Cross-entropy over the 3B pairs (own picture, text), (wrong picture, text) and (own picture, wrong text), a scalar.
// Each picture's keys and values are made once, and those of the own ones are read by both their texts in place.
torch::Tensor match_loss(Blip& model, const MatchInputs& inputs);

// Rows of keys and values: what index_select is for a tensor. rows [R] int64.
CrossStates select_rows(const CrossStates& states, const torch::Tensor& rows);

}  // namespace blip
