#pragma once

#include <torch/nn/modules/container/modulelist.h>

#include <vector>

#include "core/model/blip2/t5_layers.h"
#include "core/model/med.h"

namespace blip {

// The encoder or the decoder of T5: its blocks and the last norm. The first block's table of relative positions serves
// all.
class T5StackImpl : public torch::nn::Module {
 public:
  T5StackImpl(const LanguageModelConfig& config, bool decoder);

  // x [B, T, L]; keep [B, T] bool, false = padding, undefined = none; cross: keys and values a layer, null in the
  // encoder; cross_keep [B, N] bool. A decoder looks back only. Returns [B, T, L].
  torch::Tensor forward(torch::Tensor x, const torch::Tensor& keep, const CrossStates* cross = nullptr,
                        const torch::Tensor& cross_keep = {});
  torch::Tensor causal_bias(int64_t length);  // of a decoder's self-attention from its first token on, [1, H, T, T]
  torch::Tensor final_norm(const torch::Tensor& x) { return final_norm_(x); }
  torch::ScalarType type() const { return final_norm_->type(); }
  torch::Tensor dropped(const torch::Tensor& x);
  void set_dropout(double share);

  std::vector<T5Block> blocks;

 private:
  bool decoder_;
  double dropout_ = 0;
  T5Norm final_norm_{nullptr};
};
TORCH_MODULE(T5Stack);

// T5 1.1 and FlanT5 (arXiv 1910.10683, 2210.11416). Registered names are Hugging Face's behind "language_model.".
class T5Impl : public torch::nn::Module {
 public:
  explicit T5Impl(const LanguageModelConfig& config);

  torch::Tensor embed(const torch::Tensor& ids);              // [B, T] int64 -> [B, T, L]
  torch::ScalarType type() const { return encoder->type(); }  // as Opt::type
  // inputs [B, N, L] embeddings; keep [B, N] bool, false = padding, which still counts as distance; undefined = none.
  // Returns [B, N, L].
  torch::Tensor encode(const torch::Tensor& inputs, const torch::Tensor& keep);
  CrossStates cross_states(const torch::Tensor& encoder_states);  // keys and values of every decoder block
  // Teacher-forced. ids [B, T] begin with the start token; keep [B, T] bool or undefined; cross of batch B or 1;
  // cross_keep [B, N] bool or undefined. Returns [B, T, L], behind the last norm.
  torch::Tensor decode(const torch::Tensor& ids, const torch::Tensor& keep, const CrossStates& cross,
                       const torch::Tensor& cross_keep = {});
  torch::Tensor logits(const torch::Tensor& states);  // [..., L] -> [..., vocabulary]

  void set_dropout(double share);

  T5Stack encoder{nullptr}, decoder{nullptr};

 private:
  double tied_scale_;
  Embedding shared_{nullptr};
  Linear head_{nullptr};  // empty where it is the embeddings
};
TORCH_MODULE(T5);

}  // namespace blip
