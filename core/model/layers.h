#pragma once

#include "core/model/torch_compat.h"

namespace blip {

// The layers that every BLIP module is made of. Unlike torch::nn's they do not draw initial values: weights come from a
// checkpoint or from a trainer, and memory that nobody writes is never touched.

// Whose matrix product a Linear takes: LibTorch's, which all else is held against, or oneDNN's where it applies
// (onednn_linear.h), kOneDnnAlways also where so few products gain nothing.
enum class LinearProduct { kLibTorch, kOneDnn, kOneDnnAlways };

class LinearImpl : public torch::nn::Module {
 public:
  LinearImpl(int64_t in, int64_t out, bool with_bias = true);
  torch::Tensor forward(const torch::Tensor& x);  // [..., in] float -> [..., out]
  void share(const LinearImpl& other);            // both hold one weight and one bias from now on
  void share_weight(const torch::Tensor& other);  // [out, in]
  void set_product(LinearProduct product) { product_ = product; }

  torch::Tensor weight;  // [out, in]
  torch::Tensor bias;    // [out]; undefined without one

 private:
  LinearProduct product_ = LinearProduct::kLibTorch;
};
TORCH_MODULE(Linear);

void set_linear_product(torch::nn::Module& model, LinearProduct product);  // of every Linear in it

class LayerNormImpl : public torch::nn::Module {
 public:
  LayerNormImpl(int64_t width, double eps);
  torch::Tensor forward(const torch::Tensor& x);  // [..., width] float -> the same, over the last dimension
  void share(const LayerNormImpl& other);

  torch::Tensor weight, bias;  // [width]

 private:
  double eps_;
};
TORCH_MODULE(LayerNorm);

class EmbeddingImpl : public torch::nn::Module {
 public:
  // Looking up row `padding_row` gives it no gradient; -1 = none.
  EmbeddingImpl(int64_t rows, int64_t width, int64_t padding_row = -1);
  torch::Tensor forward(const torch::Tensor& ids);  // [...] int64 -> [..., width] float
  void share(const EmbeddingImpl& other);

  torch::Tensor weight;  // [rows, width]

 private:
  int64_t padding_row_;
};
TORCH_MODULE(Embedding);

}  // namespace blip
