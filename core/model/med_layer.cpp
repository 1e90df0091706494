#include "core/model/med_layer.h"

#include <utility>

#include "core/model/module_group.h"

namespace blip {

MedLayerImpl::MedLayerImpl(const MedConfig& config, int64_t number) {
  const TextConfig& text = config.text;
  attention = register_module("attention", MedAttention(text.width, text.width, text.heads, text.layer_norm_eps));
  if (config.twin) {
    twin_crossattention = register_module(
        "crossattention", TwinCrossAttention(text.width, config.cross_width, text.heads, text.layer_norm_eps,
                                             /*merge=*/number >= kFirstMergeLayer));
  } else {
    crossattention = register_module("crossattention",
                                     MedAttention(text.width, config.cross_width, text.heads, text.layer_norm_eps));
  }
  intermediate_ = register_module("intermediate", std::make_shared<ModuleGroup>())
                      ->add("dense", Linear(text.width, text.ffn_width));
  const auto output = register_module("output", std::make_shared<ModuleGroup>());
  dense_ = output->add("dense", Linear(text.ffn_width, text.width));
  norm_ = output->add("LayerNorm", LayerNorm(text.width, text.layer_norm_eps));
}

torch::Tensor MedLayerImpl::feed_forward(const torch::Tensor& text) {
  return norm_(dense_(torch::gelu(intermediate_(text))) + text);
}

torch::Tensor MedLayerImpl::forward(torch::Tensor text, const torch::Tensor& bias, const KeyValue* cross) {
  text = attention(text, attention->keys_values(text), bias);
  if (cross != nullptr) text = crossattention(text, *cross, /*bias=*/torch::Tensor{});
  return feed_forward(text);
}

torch::Tensor MedLayerImpl::forward_pair(torch::Tensor text, const torch::Tensor& bias, const torch::Tensor& first,
                                         const torch::Tensor& second) {
  text = attention(text, attention->keys_values(text), bias);
  return feed_forward(twin_crossattention(text, first, second));
}

}  // namespace blip
