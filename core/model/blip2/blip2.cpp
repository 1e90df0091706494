#include "core/model/blip2/blip2.h"

namespace blip {

Blip2Impl::Blip2Impl(const ModelConfig& config, Layout layout) {
  TORCH_CHECK(config.blip2.has_value(), "not a BLIP-2 model");
  const QFormerConfig& sizes = config.blip2->qformer;
  const LanguageModelConfig& language = config.blip2->language;
  const LayoutParts parts = layout_parts(layout);
  visual_encoder = register_module("visual_encoder", Vit(config.vision));
  query_tokens = register_parameter("query_tokens", torch::empty({1, sizes.queries, sizes.width}));
  qformer = register_module("Qformer", QFormer(sizes));
  if (parts.itc) {
    vision_proj = register_module("vision_proj", Linear(sizes.width, config.embed_width));
    text_proj = register_module("text_proj", Linear(sizes.width, config.embed_width));
  }
  if (parts.itm) itm_head = register_module("itm_head", Linear(sizes.width, 2));
  if (parts.language_model) {
    language_projection = register_module("language_projection", Linear(sizes.width, language.width));
    if (language.kind == LanguageModelKind::kOpt)
      opt = register_module("language_model", Opt(language));
    else
      t5 = register_module("language_model", T5(language));
  }
}

}  // namespace blip
