#pragma once

#include "core/model/med.h"

namespace blip {

// The LM head ("cls.predictions"): dense, GELU, LayerNorm, then a Linear to the vocabulary.
class MedLmHeadImpl : public torch::nn::Module {
 public:
  explicit MedLmHeadImpl(const TextConfig& config);
  torch::Tensor forward(const torch::Tensor& states);  // [..., D] -> [..., vocabulary] logits
  void tie(const Embedding& words);                    // the last Linear's weight is the word embeddings from now on

 private:
  Linear dense_{nullptr}, decoder_{nullptr};
  LayerNorm norm_{nullptr};
};
TORCH_MODULE(MedLmHead);

// The image-grounded text decoder ("BertLMHeadModel"): MED with a causal mask, then the LM head.
class TextDecoderImpl : public torch::nn::Module {
 public:
  explicit TextDecoderImpl(const MedConfig& config);
  // [B, T] int64 -> [B, T, vocabulary] logits; cross and cross_keep as Med::decode takes them.
  torch::Tensor forward(const torch::Tensor& ids, const CrossStates& cross, const torch::Tensor& cross_keep = {});

  Med bert{nullptr};
  MedLmHead head{nullptr};
};
TORCH_MODULE(TextDecoder);

}  // namespace blip
