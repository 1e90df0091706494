#include "core/model/shared_parameters.h"

namespace blip {

void share_all_but_self_attention(const Med& encoder, TextDecoder& decoder) {
  const auto from = encoder->named_modules(), to = decoder->bert->named_modules();
  TORCH_CHECK(from.size() == to.size(), "share_all_but_self_attention: ", from.size(), " and ", to.size(), " modules");
  for (const auto& module : to) {
    if (module.key().find(".attention.") != std::string::npos) continue;
    const auto& source = from[module.key()];
    if (auto* linear = module.value()->as<Linear>()) linear->share(*source->as<Linear>());
    if (auto* norm = module.value()->as<LayerNorm>()) norm->share(*source->as<LayerNorm>());
    if (auto* table = module.value()->as<Embedding>()) table->share(*source->as<Embedding>());
  }
  decoder->head->tie(decoder->bert->word_embeddings);
}

}  // namespace blip
