#include "core/model/blip2/opt.h"

#include "core/model/activation.h"
#include "core/model/converted_linear.h"
#include "core/model/module_group.h"

namespace blip {
namespace {

constexpr int64_t kPositionOffset = 2;  // the position table's first rows are of padding

}  // namespace

OptLayerImpl::OptLayerImpl(const LanguageModelConfig& config) : heads_(config.heads), activation_(config.activation) {
  const auto attention = register_module("self_attn", std::make_shared<ModuleGroup>());
  query_ = attention->add("q_proj", Linear(config.width, config.width));
  key_ = attention->add("k_proj", Linear(config.width, config.width));
  value_ = attention->add("v_proj", Linear(config.width, config.width));
  out_ = attention->add("out_proj", Linear(config.width, config.width));
  attention_norm_ = register_module("self_attn_layer_norm", LayerNorm(config.width, config.layer_norm_eps));
  fc1_ = register_module("fc1", Linear(config.width, config.ffn_width));
  fc2_ = register_module("fc2", Linear(config.ffn_width, config.width));
  final_norm_ = register_module("final_layer_norm", LayerNorm(config.width, config.layer_norm_eps));
}

torch::Tensor OptLayerImpl::attention_input(const torch::Tensor& x) {
  return attention_norm_(x);
}

torch::Tensor OptLayerImpl::queries(const torch::Tensor& normed) {
  return split_heads(query_(normed), heads_);
}

KeyValue OptLayerImpl::keys_values(const torch::Tensor& normed) {
  return {split_heads(key_(normed), heads_), split_heads(value_(normed), heads_)};
}

torch::Tensor OptLayerImpl::dropped(const torch::Tensor& branch) {
  return torch::dropout(branch, dropout_, is_training() && dropout_ > 0);
}

torch::Tensor OptLayerImpl::finish(const torch::Tensor& context, const torch::Tensor& x) {
  const auto attended = x + dropped(out_(merge_heads(context)));
  return attended + dropped(fc2_(activate(fc1_(final_norm_(attended)), activation_)));
}

OptImpl::OptImpl(const LanguageModelConfig& config) {
  const auto decoder =
      register_module("model", std::make_shared<ModuleGroup>())->add("decoder", std::make_shared<ModuleGroup>());
  tokens = decoder->add("embed_tokens", Embedding(config.vocab_size, config.width, config.pad_token));
  positions_ = decoder->add("embed_positions", Embedding(config.max_positions + kPositionOffset, config.width));
  auto list = decoder->add("layers", torch::nn::ModuleList());
  for (int64_t i = 0; i < config.depth; ++i) {
    layers.emplace_back(OptLayer(config));
    list->push_back(layers.back());
  }
  final_norm_ = decoder->add("final_layer_norm", LayerNorm(config.width, config.layer_norm_eps));
  if (!config.tied_head) {
    head_ = register_module("lm_head", Linear(config.width, config.vocab_size, /*with_bias=*/false));
  }
}

torch::Tensor OptImpl::embed(const torch::Tensor& ids) {
  return tokens(ids).to(type());
}

torch::Tensor OptImpl::positions(const torch::Tensor& places) {
  return positions_(places + kPositionOffset).to(type());
}

torch::Tensor OptImpl::forward(const torch::Tensor& inputs, const torch::Tensor& keep, OptCache* cache) {
  const int64_t length = inputs.size(1);
  const bool has_past = cache != nullptr && cache->keep.defined();
  const auto seen = has_past ? torch::cat({cache->keep, keep}, /*dim=*/1) : keep;  // [B, S]
  const int64_t past = seen.size(1) - length;
  const auto counted = seen.to(torch::kInt64);
  const auto places = (counted.cumsum(/*dim=*/1) * counted - 1).narrow(1, past, length);  // [B, T]
  auto x = inputs + positions(places);

  const auto causal = causal_mask(seen.size(1), inputs.device()).narrow(/*dim=*/0, past, length);    // [T, S]
  const auto bias = mask_bias(causal.logical_and(seen.unsqueeze(1)).unsqueeze(1), x.scalar_type());  // [B, 1, T, S]
  if (cache != nullptr) cache->layers.resize(layers.size());
  for (size_t i = 0; i < layers.size(); ++i) {
    const auto normed = layers[i]->attention_input(x);
    KeyValue kv = layers[i]->keys_values(normed);
    if (has_past) {
      kv.key = torch::cat({cache->layers[i].key, kv.key}, /*dim=*/2);
      kv.value = torch::cat({cache->layers[i].value, kv.value}, /*dim=*/2);
    }
    if (cache != nullptr) cache->layers[i] = kv;
    x = layers[i]->finish(attend(layers[i]->queries(normed), kv, bias), x);
  }
  if (cache != nullptr) cache->keep = seen;
  return final_norm_(x);
}

torch::Tensor OptImpl::logits(const torch::Tensor& states) {
  return head_.is_empty() ? apply_linear(states, tokens->weight, /*bias=*/{}) : head_(states);
}

void OptImpl::set_dropout(double share) {
  for (auto& layer : layers) layer->set_dropout(share);
}

}  // namespace blip
