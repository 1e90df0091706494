#include "core/model/text_decoder.h"

#include "core/model/module_group.h"

namespace blip {

MedLmHeadImpl::MedLmHeadImpl(const TextConfig& config) {
  const auto predictions = register_module("predictions", std::make_shared<ModuleGroup>());
  const auto transform = predictions->add("transform", std::make_shared<ModuleGroup>());
  dense_ = transform->add("dense", Linear(config.width, config.width));
  norm_ = transform->add("LayerNorm", LayerNorm(config.width, config.layer_norm_eps));
  decoder_ = predictions->add("decoder", Linear(config.width, config.vocab_size));
}

torch::Tensor MedLmHeadImpl::forward(const torch::Tensor& states) {
  return decoder_(norm_(torch::gelu(dense_(states))));
}

void MedLmHeadImpl::tie(const Embedding& words) {
  decoder_->share_weight(words->weight);
}

TextDecoderImpl::TextDecoderImpl(const MedConfig& config)
    : bert(register_module("bert", Med(config))), head(register_module("cls", MedLmHead(config.text))) {}

torch::Tensor TextDecoderImpl::forward(const torch::Tensor& ids, const CrossStates& cross,
                                       const torch::Tensor& cross_keep) {
  return head(bert->decode(ids, cross, cross_keep));
}

}  // namespace blip
