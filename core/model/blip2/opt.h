#pragma once

#include <torch/nn/modules/container/modulelist.h>

#include <vector>

#include "core/checkpoint/blip2_config.h"
#include "core/model/attention.h"
#include "core/model/layers.h"

namespace blip {

// One layer of OPT: causal self-attention and feed-forward, each behind a LayerNorm and with a residual. Letters: B
// sequences, T tokens, S tokens with those of the cache, L width, H heads.
class OptLayerImpl : public torch::nn::Module {
 public:
  explicit OptLayerImpl(const LanguageModelConfig& config);

  torch::Tensor attention_input(const torch::Tensor& x);  // [B, T, L], the LayerNorm before the attention
  torch::Tensor queries(const torch::Tensor& normed);     // [B, T, L] -> [B, H, T, L/H]
  KeyValue keys_values(const torch::Tensor& normed);      // [B, T, L] -> [B, H, T, L/H] each
  // context [B, H, T, L/H] of the attention, x [B, T, L] what the layer was given. Returns [B, T, L]: the rest.
  torch::Tensor finish(const torch::Tensor& context, const torch::Tensor& x);

  void set_dropout(double share) { dropout_ = share; }  // of both branches, in training mode

 private:
  torch::Tensor dropped(const torch::Tensor& branch);

  int64_t heads_;
  Activation activation_;
  double dropout_ = 0;
  Linear query_{nullptr}, key_{nullptr}, value_{nullptr}, out_{nullptr}, fc1_{nullptr}, fc2_{nullptr};
  LayerNorm attention_norm_{nullptr}, final_norm_{nullptr};
};
TORCH_MODULE(OptLayer);

// What a decoder has seen so far.
struct OptCache {
  std::vector<KeyValue> layers;  // [B, H, S, L/H] each; empty = nothing yet
  torch::Tensor keep;            // [B, S] bool
};

// OPT (arXiv 2205.01068): a causal decoder with learned positions. Registered names are Hugging Face's behind
// "language_model.".
class OptImpl : public torch::nn::Module {
 public:
  explicit OptImpl(const LanguageModelConfig& config);

  // Matrices may be stored in 16 bits; what is computed has the type of the norms.
  torch::ScalarType type() const { return final_norm_->weight.scalar_type(); }
  torch::Tensor embed(const torch::Tensor& ids);  // [B, T] int64 -> [B, T, L], without positions
  // The position rows of tokens [B, T] at places [B, T] int64, 0 = the first that is no padding, -1 = padding.
  torch::Tensor positions(const torch::Tensor& places);
  // inputs [B, T, L] embeddings without positions; keep [B, T] bool, false = padding, on either side (its states mean
  // nothing). cache: what came before, which grows by T; null = nothing. Returns [B, T, L], behind the last LayerNorm.
  torch::Tensor forward(const torch::Tensor& inputs, const torch::Tensor& keep, OptCache* cache = nullptr);
  torch::Tensor final_norm(const torch::Tensor& x) { return final_norm_(x); }
  torch::Tensor logits(const torch::Tensor& states);  // [..., L] -> [..., vocabulary]

  void set_dropout(double share);

  std::vector<OptLayer> layers;
  Embedding tokens{nullptr};

 private:
  Embedding positions_{nullptr};
  LayerNorm final_norm_{nullptr};
  Linear head_{nullptr};  // empty where it is the embeddings
};
TORCH_MODULE(Opt);

}  // namespace blip
