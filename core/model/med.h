#pragma once

#include <torch/nn/modules/container/modulelist.h>

#include <vector>

#include "core/model/med_layer.h"

namespace blip {

// Keys and values of one cross-attention source for every layer of a MED: made once an image, shared by all texts and
// beams on it.
using CrossStates = std::vector<KeyValue>;

// MED: embeddings and layers ("BertModel" in the original code). The mask decides the role: padding only = encoder,
// causal = decoder.
class MedImpl : public torch::nn::Module {
 public:
  explicit MedImpl(const MedConfig& config);

  // ids [B, T] int64, the first at position `offset`. Returns LN(word + position), [B, T, D].
  torch::Tensor embed(const torch::Tensor& ids, int64_t offset = 0);
  torch::Tensor embed_at(const torch::Tensor& ids, const torch::Tensor& places);  // places [T] or [B, T] int64
  // source [B, N, cross_width] -> keys and values of every layer.
  CrossStates cross_states(const torch::Tensor& source);

  // Unimodal (cross null) or image-grounded text encoder. ids [B, T] int64; keep [B, T] bool, false = padding. Returns
  // [B, T, D].
  torch::Tensor encode(const torch::Tensor& ids, const torch::Tensor& keep, const CrossStates* cross);
  // Image-grounded text decoder, teacher-forced. ids [B, T]; cross of batch B or 1; cross_keep [B, N] bool, false =
  // padding of what cross-attention reads, undefined = none. Returns [B, T, D].
  torch::Tensor decode(const torch::Tensor& ids, const CrossStates& cross, const torch::Tensor& cross_keep = {});
  // NLVR2: ids [B, T]; first, second [B, N, V]. Returns [B, T, D].
  torch::Tensor encode_pair(const torch::Tensor& ids, const torch::Tensor& keep, const torch::Tensor& first,
                            const torch::Tensor& second);

  void set_dropout(double share);  // everywhere BERT has it, in training mode

  std::vector<MedLayer> layers;
  Embedding word_embeddings{nullptr};

 private:
  Embedding position_embeddings_{nullptr};
  LayerNorm norm_{nullptr};
  double dropout_ = 0;
};
TORCH_MODULE(Med);

// Concatenates the frames of a clip along the tokens: cross-attention to a clip is attention to all its frames' tokens.
// A layer without cross-attention stays undefined.
CrossStates concatenate(const std::vector<CrossStates>& frames);

}  // namespace blip
