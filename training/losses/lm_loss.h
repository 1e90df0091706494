#pragma once

#include "core/model/torch_compat.h"

namespace blip {

inline constexpr int64_t kIgnoredLabel = -100;

// Language modelling loss with label smoothing (arXiv 2201.12086, section 3.2; BertLMHeadModel in models/med.py): the
// token at each place is predicted from those before it. Letters: B texts, T tokens, W vocabulary.

// Mean over all predicted tokens. logits [B, T, W] float; labels [B, T] int64, kIgnoredLabel = not predicted.
torch::Tensor lm_loss(const torch::Tensor& logits, const torch::Tensor& labels, double label_smoothing);

// Sum over each text's tokens: [B].
torch::Tensor lm_loss_by_text(const torch::Tensor& logits, const torch::Tensor& labels, double label_smoothing);

// Labels of teacher forcing: the ids themselves, without padding and without the first `prompt_tokens` of each text.
// ids [B, T] int64, keep [B, T] bool.
torch::Tensor lm_labels(const torch::Tensor& ids, const torch::Tensor& keep, int64_t prompt_tokens = 0);

// The same with a prompt of its own length for each text: prompt_tokens [B] int64.
torch::Tensor lm_labels(const torch::Tensor& ids, const torch::Tensor& keep, const torch::Tensor& prompt_tokens);

}  // namespace blip
