#pragma once

#include "core/checkpoint/model_config.h"
#include "core/model/text_decoder.h"
#include "core/model/vit.h"

namespace blip {

// A BLIP model with the parts of its layout; a part that the layout lacks is an empty holder. Registered names are the
// checkpoint's keys.
class BlipImpl : public torch::nn::Module {
 public:
  BlipImpl(const ModelConfig& config, Layout layout);

  Vit visual_encoder{nullptr};
  Med text_encoder{nullptr};          // unimodal and image-grounded encoder
  TextDecoder text_decoder{nullptr};  // image-grounded decoder
  Linear vision_proj{nullptr};        // ITC: V -> E
  Linear text_proj{nullptr};          // ITC: D -> E
  Linear itm_head{nullptr};           // ITM: D -> 2, index 1 = match

  // NLVR2's head on the first token's state. states [B, T, D] -> [B, 2], index 1 = true.
  torch::Tensor classify(const torch::Tensor& states);

 private:
  Linear cls_hidden_{nullptr}, cls_output_{nullptr};  // "cls_head.0", "cls_head.2"
};
TORCH_MODULE(Blip);

}  // namespace blip
