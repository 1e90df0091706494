#include "core/model/layers.h"

#include <torch/nn/functional/embedding.h>
#include <torch/nn/functional/linear.h>

#include "core/model/converted_linear.h"
#include "core/model/few_rows_linear.h"
#include "core/model/onednn_linear.h"

namespace blip {

LinearImpl::LinearImpl(int64_t in, int64_t out, bool with_bias)
    : weight(register_parameter("weight", torch::empty({out, in}))) {
  if (with_bias) bias = register_parameter("bias", torch::empty({out}));
}

torch::Tensor LinearImpl::forward(const torch::Tensor& x) {
  if (product_ == LinearProduct::kLibTorch || !bias.defined()) return apply_linear(x, weight, bias);
  const int64_t least = product_ == LinearProduct::kOneDnnAlways ? 1 : kOneDnnLeastProducts;
  const auto few = few_rows_linear(x, weight, bias);
  const auto fast = few.defined() ? few : onednn_linear(x, weight, bias, least);
  return fast.defined() ? fast : apply_linear(x, weight, bias);
}

void LinearImpl::share(const LinearImpl& other) {
  share_weight(other.weight);
  TORCH_CHECK(bias.defined() == other.bias.defined(), "share: one has a bias, the other none");
  if (bias.defined()) bias = parameters_["bias"] = other.bias;
}

void LinearImpl::share_weight(const torch::Tensor& other) {
  TORCH_CHECK(other.sizes() == weight.sizes(), "share_weight: ", other.sizes(), " for ", weight.sizes());
  weight = parameters_["weight"] = other;
}

void set_linear_product(torch::nn::Module& model, LinearProduct product) {
  model.apply([product](torch::nn::Module& module) {
    if (auto* linear = module.as<LinearImpl>()) linear->set_product(product);
  });
}

LayerNormImpl::LayerNormImpl(int64_t width, double eps)
    : weight(register_parameter("weight", torch::empty({width}))),
      bias(register_parameter("bias", torch::empty({width}))),
      eps_(eps) {}

torch::Tensor LayerNormImpl::forward(const torch::Tensor& x) {
  // Under autocast matrix products come in bfloat16, which LibTorch's norm on CPUs does not mix with float32.
  return torch::layer_norm(x.to(weight.scalar_type()), weight.sizes(), weight, bias, eps_);
}

void LayerNormImpl::share(const LayerNormImpl& other) {
  weight = parameters_["weight"] = other.weight;
  bias = parameters_["bias"] = other.bias;
}

EmbeddingImpl::EmbeddingImpl(int64_t rows, int64_t width, int64_t padding_row)
    : weight(register_parameter("weight", torch::empty({rows, width}))), padding_row_(padding_row) {}

void EmbeddingImpl::share(const EmbeddingImpl& other) {
  weight = parameters_["weight"] = other.weight;
}

torch::Tensor EmbeddingImpl::forward(const torch::Tensor& ids) {
  return torch::embedding(weight, ids, padding_row_);
}

}  // namespace blip
