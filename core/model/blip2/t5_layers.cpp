#include "core/model/blip2/t5_layers.h"

#include <torch/nn/modules/container/modulelist.h>

#include <cmath>

#include "core/model/activation.h"
#include "core/model/module_group.h"

namespace blip {

T5NormImpl::T5NormImpl(int64_t width, double eps)
    : weight_(register_parameter("weight", torch::empty({width}))), eps_(eps) {}

torch::Tensor T5NormImpl::forward(const torch::Tensor& x) {
  const auto exact = x.to(torch::kFloat32);
  const auto scaled = exact * torch::rsqrt(exact.square().mean(/*dim=*/-1, /*keepdim=*/true) + eps_);
  return weight_ * scaled.to(weight_.scalar_type());
}

torch::Tensor t5_buckets(const torch::Tensor& distance, bool bidirectional, int64_t buckets, int64_t max_distance) {
  auto first = torch::zeros_like(distance);
  auto away = distance.neg().clamp_min(0);
  if (bidirectional) {
    buckets /= 2;
    first = distance.gt(0).to(torch::kInt64) * buckets;
    away = distance.abs();
  }
  // Half of the buckets are one distance each; the others grow with the logarithm up to max_distance.
  const int64_t exact = buckets / 2;
  const double log_range = std::log(static_cast<double>(max_distance) / static_cast<double>(exact));
  const auto steps = torch::log(away.to(torch::kFloat32) / exact) / log_range * (buckets - exact);
  const auto far = (exact + steps.clamp_min(0).to(torch::kInt64)).clamp_max(buckets - 1);
  return first + torch::where(away < exact, away, far);
}

T5AttentionImpl::T5AttentionImpl(const LanguageModelConfig& config, bool with_positions)
    : heads_(config.heads), buckets_(config.position_buckets), max_distance_(config.max_distance) {
  const int64_t inner = config.heads * config.head_width;
  q_ = register_module("q", Linear(config.width, inner, /*with_bias=*/false));
  k_ = register_module("k", Linear(config.width, inner, false));
  v_ = register_module("v", Linear(config.width, inner, false));
  o_ = register_module("o", Linear(inner, config.width, false));
  if (with_positions)
    positions_ = register_module("relative_attention_bias", Embedding(config.position_buckets, config.heads));
}

torch::Tensor T5AttentionImpl::queries(const torch::Tensor& x) {
  return split_heads(q_(x), heads_);
}

KeyValue T5AttentionImpl::keys_values(const torch::Tensor& source) {
  return {split_heads(k_(source), heads_), split_heads(v_(source), heads_)};
}

torch::Tensor T5AttentionImpl::output(const torch::Tensor& context) {
  return o_(merge_heads(context));
}

torch::Tensor T5AttentionImpl::position_bias(int64_t begin, int64_t length, int64_t keys, bool bidirectional) {
  TORCH_CHECK(!positions_.is_empty(), "this attention has no relative positions");
  const auto options = torch::dtype(torch::kInt64).device(positions_->weight.device());
  const auto distance = torch::arange(keys, options).unsqueeze(0) -
                        torch::arange(begin, begin + length, options).unsqueeze(1);  // [length, keys]
  return positions_(t5_buckets(distance, bidirectional, buckets_, max_distance_)).permute({2, 0, 1}).unsqueeze(0);
}

T5FeedForwardImpl::T5FeedForwardImpl(const LanguageModelConfig& config) : activation_(config.activation) {
  inner_ = register_module(config.gated ? "wi_0" : "wi", Linear(config.width, config.ffn_width, /*with_bias=*/false));
  if (config.gated) gate_ = register_module("wi_1", Linear(config.width, config.ffn_width, false));
  outer_ = register_module("wo", Linear(config.ffn_width, config.width, false));
}

torch::Tensor T5FeedForwardImpl::forward(const torch::Tensor& x) {
  auto hidden = activate(inner_(x), activation_);
  if (!gate_.is_empty()) hidden = hidden * gate_(x);
  return outer_(torch::dropout(hidden, dropout_, is_training() && dropout_ > 0));
}

T5BlockImpl::T5BlockImpl(const LanguageModelConfig& config, bool decoder, bool with_positions) {
  auto list = register_module("layer", torch::nn::ModuleList());
  const auto part = [&list] {
    auto group = std::make_shared<ModuleGroup>();
    list->push_back(group);
    return group;
  };
  const auto own = part();
  attention = own->add("SelfAttention", T5Attention(config, with_positions));
  attention_norm = own->add("layer_norm", T5Norm(config.width, config.layer_norm_eps));
  if (decoder) {
    const auto cross = part();
    cross_attention = cross->add("EncDecAttention", T5Attention(config, /*with_positions=*/false));
    cross_norm = cross->add("layer_norm", T5Norm(config.width, config.layer_norm_eps));
  }
  const auto last = part();
  feed_forward_ = last->add("DenseReluDense", T5FeedForward(config));
  feed_forward_norm_ = last->add("layer_norm", T5Norm(config.width, config.layer_norm_eps));
}

torch::Tensor T5BlockImpl::dropped(const torch::Tensor& branch) {
  return torch::dropout(branch, dropout_, is_training() && dropout_ > 0);
}

torch::Tensor T5BlockImpl::feed_forward(const torch::Tensor& x) {
  return x + dropped(feed_forward_(feed_forward_norm_(x)));
}

torch::Tensor T5BlockImpl::forward(torch::Tensor x, const torch::Tensor& bias, const KeyValue* cross,
                                   const torch::Tensor& cross_bias) {
  const double dropout = is_training() ? dropout_ : 0;
  const auto normed = attention_norm(x);
  const auto context = attend(attention->queries(normed), attention->keys_values(normed), bias, dropout, /*scale=*/1);
  x = x + dropped(attention->output(context));
  if (cross != nullptr) {
    const auto read = attend(cross_attention->queries(cross_norm(x)), *cross, cross_bias, dropout, /*scale=*/1);
    x = x + dropped(cross_attention->output(read));
  }
  return feed_forward(x);
}

void T5BlockImpl::set_dropout(double share) {
  dropout_ = share;
  feed_forward_->set_dropout(share);
}

}  // namespace blip
