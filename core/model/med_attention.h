#pragma once

#include "core/model/attention.h"
#include "core/model/layers.h"

namespace blip {

// Multi-head attention of a MED layer with its output projection, residual and post-norm: LN(x + Wo * Attention(x,
// source)). Self-attention ("attention") reads x itself, cross-attention ("crossattention") the image tokens or, in
// VQA's decoder, question states.
class MedAttentionImpl : public torch::nn::Module {
 public:
  // width: D; source_width: what keys and values are made from; eps of the LayerNorm.
  MedAttentionImpl(int64_t width, int64_t source_width, int64_t heads, double eps);

  KeyValue keys_values(const torch::Tensor& source);  // [B, N, source_width] -> [B, H, N, D/H] each
  torch::Tensor queries(const torch::Tensor& x);      // [B, T, D] -> [B, H, T, D/H]
  torch::Tensor output(const torch::Tensor& context, const torch::Tensor& x);  // [B, H, T, D/H], [B, T, D] -> [B, T, D]

  // x [B, T, D]; kv of batch B or 1; bias broadcast to [B, H, T, N] or undefined. Returns [B, T, D].
  torch::Tensor forward(const torch::Tensor& x, const KeyValue& kv, const torch::Tensor& bias);

  // Of the probabilities and of the projected output, in training mode.
  void set_dropout(double share) { dropout_ = share; }

 private:
  int64_t heads_;
  double dropout_ = 0;
  Linear query_{nullptr}, key_{nullptr}, value_{nullptr}, dense_{nullptr};
  LayerNorm norm_{nullptr};
};
TORCH_MODULE(MedAttention);

// NLVR2's twin: one cross-attention an image with projections of their own, outputs averaged (layers 0-5) or merged by
// a Linear (layers 6-11). BLIP, models/nlvr_encoder.py.
class TwinCrossAttentionImpl : public torch::nn::Module {
 public:
  TwinCrossAttentionImpl(int64_t width, int64_t source_width, int64_t heads, double eps, bool merge);
  // x [B, T, D]; first, second: image tokens [B, N, source_width]. Returns [B, T, D].
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& first, const torch::Tensor& second);
  void set_dropout(double share) { dropout_ = share; }

 private:
  torch::Tensor branch(const torch::Tensor& x, const torch::Tensor& image, int which);

  int64_t heads_;
  double dropout_ = 0;
  Linear query_[2]{nullptr, nullptr}, key_[2]{nullptr, nullptr}, value_[2]{nullptr, nullptr},
      dense_[2]{nullptr, nullptr};
  Linear merge_{nullptr};
  LayerNorm norm_{nullptr};
};
TORCH_MODULE(TwinCrossAttention);

}  // namespace blip
