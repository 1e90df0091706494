#pragma once

#include <vector>

#include "core/checkpoint/model_config.h"
#include "core/model/blip2/opt.h"
#include "core/model/blip2/qformer.h"
#include "core/model/blip2/t5.h"
#include "core/model/vit.h"

namespace blip {

// A BLIP-2 model (arXiv 2301.12597) with the parts of its layout; a part that the layout lacks is an empty holder.
// Registered names are the checkpoint's.
class Blip2Impl : public torch::nn::Module {
 public:
  Blip2Impl(const ModelConfig& config, Layout layout);

  Vit visual_encoder{nullptr};
  torch::Tensor query_tokens;           // [1, Q, D]
  QFormer qformer{nullptr};             // "Qformer"
  Linear vision_proj{nullptr};          // ITC: D -> E, of every query
  Linear text_proj{nullptr};            // ITC: D -> E, of [CLS]
  Linear itm_head{nullptr};             // ITM: D -> 2, index 1 = match; the mean over queries counts
  Linear language_projection{nullptr};  // D -> L: queries to soft prompts
  Opt opt{nullptr};                     // "language_model", either of the two
  T5 t5{nullptr};
};
TORCH_MODULE(Blip2);

}  // namespace blip
