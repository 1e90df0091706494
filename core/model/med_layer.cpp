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
  const auto change = dense_(torch::gelu(intermediate_(text)));
  return norm_(torch::dropout(change, dropout_, is_training() && dropout_ > 0) + text);
}

void MedLayerImpl::set_dropout(double share) {
  dropout_ = share;
  attention->set_dropout(share);
  if (crossattention) crossattention->set_dropout(share);
  if (twin_crossattention) twin_crossattention->set_dropout(share);
}

torch::Tensor MedLayerImpl::forward(torch::Tensor text, const torch::Tensor& bias, const KeyValue* cross,
                                    const torch::Tensor& cross_bias) {
  text = attention(text, attention->keys_values(text), bias);
  if (cross != nullptr) text = crossattention(text, *cross, cross_bias);
  return feed_forward(text);
}

torch::Tensor MedLayerImpl::forward_pair(torch::Tensor text, const torch::Tensor& bias, const torch::Tensor& first,
                                         const torch::Tensor& second) {
  text = attention(text, attention->keys_values(text), bias);
  return feed_forward(twin_crossattention(text, first, second));
}

}  // namespace blip
