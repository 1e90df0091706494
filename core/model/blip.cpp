#include "core/model/blip.h"

#include "core/model/module_group.h"

namespace blip {

BlipImpl::BlipImpl(const ModelConfig& config, Layout layout) {
  const LayoutParts parts = layout_parts(layout);
  visual_encoder = register_module("visual_encoder", Vit(config.vision));
  if (parts.text_encoder) {
    text_encoder = register_module("text_encoder", Med(MedConfig{config.text, config.encoder_cross_width, parts.nlvr}));
  }
  if (parts.text_decoder) {
    text_decoder = register_module("text_decoder", TextDecoder(MedConfig{config.text, config.decoder_cross_width}));
  }
  if (parts.itc) {
    vision_proj = register_module("vision_proj", Linear(config.vision.width, config.embed_width));
    text_proj = register_module("text_proj", Linear(config.text.width, config.embed_width));
  }
  if (parts.itm) itm_head = register_module("itm_head", Linear(config.text.width, 2));
  if (parts.nlvr) {
    const auto head = register_module("cls_head", std::make_shared<ModuleGroup>());
    cls_hidden_ = head->add("0", Linear(config.text.width, config.text.width));
    cls_output_ = head->add("2", Linear(config.text.width, 2));
  }
}

torch::Tensor BlipImpl::classify(const torch::Tensor& states) {
  return cls_output_(torch::relu(cls_hidden_(states.select(/*dim=*/1, 0))));
}

}  // namespace blip
