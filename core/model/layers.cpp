#include "core/model/layers.h"

#include <torch/nn/functional/embedding.h>
#include <torch/nn/functional/linear.h>

#include "core/model/few_rows_linear.h"

namespace blip {

LinearImpl::LinearImpl(int64_t in, int64_t out)
    : weight(register_parameter("weight", torch::empty({out, in}))),
      bias(register_parameter("bias", torch::empty({out}))) {}

torch::Tensor LinearImpl::forward(const torch::Tensor& x) {
  const auto few = few_rows_linear(x, weight, bias);
  return few.defined() ? few : torch::linear(x, weight, bias);
}

LayerNormImpl::LayerNormImpl(int64_t width, double eps)
    : weight(register_parameter("weight", torch::empty({width}))),
      bias(register_parameter("bias", torch::empty({width}))),
      eps_(eps) {}

torch::Tensor LayerNormImpl::forward(const torch::Tensor& x) {
  return torch::layer_norm(x, weight.sizes(), weight, bias, eps_);
}

EmbeddingImpl::EmbeddingImpl(int64_t rows, int64_t width)
    : weight(register_parameter("weight", torch::empty({rows, width}))) {}

torch::Tensor EmbeddingImpl::forward(const torch::Tensor& ids) {
  return torch::embedding(weight, ids);
}

}  // namespace blip
