#pragma once

#include "core/checkpoint/blip2_config.h"
#include "core/model/attention.h"
#include "core/model/layers.h"

namespace blip {

// The parts of T5 1.1 (arXiv 1910.10683). No Linear has a bias; every part has its norm in front and a residual.
// Letters: B sequences, T tokens, L width, H heads, K width of a head.

// Root-mean-square norm: x / rms(x) * weight, in float32.
class T5NormImpl : public torch::nn::Module {
 public:
  T5NormImpl(int64_t width, double eps);
  torch::Tensor forward(const torch::Tensor& x);  // [..., width] -> the same
  torch::ScalarType type() const { return weight_.scalar_type(); }

 private:
  torch::Tensor weight_;
  double eps_;
};
TORCH_MODULE(T5Norm);

// The bucket of each distance [...] int64, key's place less query's; bidirectional: those ahead have half of the
// buckets.
torch::Tensor t5_buckets(const torch::Tensor& distance, bool bidirectional, int64_t buckets, int64_t max_distance);

// Attention whose scores are not divided by the root of the head's width.
class T5AttentionImpl : public torch::nn::Module {
 public:
  T5AttentionImpl(const LanguageModelConfig& config, bool with_positions);

  torch::Tensor queries(const torch::Tensor& x);       // [B, T, L] -> [B, H, T, K]
  KeyValue keys_values(const torch::Tensor& source);   // [B, N, L] -> [B, H, N, K] each
  torch::Tensor output(const torch::Tensor& context);  // [B, H, T, K] -> [B, T, L]
  // What is added to the scores of the queries at places begin … begin + length - 1 and all keys before `keys`:
  // [1, H, length, keys]. Only where made with positions.
  torch::Tensor position_bias(int64_t begin, int64_t length, int64_t keys, bool bidirectional);

 private:
  int64_t heads_, buckets_, max_distance_;
  Linear q_{nullptr}, k_{nullptr}, v_{nullptr}, o_{nullptr};
  Embedding positions_{nullptr};  // [buckets, H]
};
TORCH_MODULE(T5Attention);

class T5FeedForwardImpl : public torch::nn::Module {
 public:
  explicit T5FeedForwardImpl(const LanguageModelConfig& config);
  torch::Tensor forward(const torch::Tensor& x);  // [B, T, L] -> [B, T, L]
  void set_dropout(double share) { dropout_ = share; }

 private:
  Activation activation_;
  double dropout_ = 0;
  Linear inner_{nullptr}, gate_{nullptr}, outer_{nullptr};  // gate_ empty where it has none
};
TORCH_MODULE(T5FeedForward);

// Attention and feed-forward of an encoder, with cross-attention between them of a decoder.
class T5BlockImpl : public torch::nn::Module {
 public:
  T5BlockImpl(const LanguageModelConfig& config, bool decoder, bool with_positions);

  // x [B, T, L]; bias and cross_bias are added to scores, undefined = none; cross: keys and values of the encoder's
  // states, null in an encoder.
  torch::Tensor forward(torch::Tensor x, const torch::Tensor& bias, const KeyValue* cross = nullptr,
                        const torch::Tensor& cross_bias = {});
  torch::Tensor feed_forward(const torch::Tensor& x);  // with its residual
  torch::Tensor dropped(const torch::Tensor& branch);
  void set_dropout(double share);

  T5Attention attention{nullptr}, cross_attention{nullptr};  // cross_attention empty in an encoder
  T5Norm attention_norm{nullptr}, cross_norm{nullptr};

 private:
  T5FeedForward feed_forward_{nullptr};
  T5Norm feed_forward_norm_{nullptr};
  double dropout_ = 0;
};
TORCH_MODULE(T5Block);

}  // namespace blip
