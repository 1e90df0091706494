#include "core/engine/torch_backend/torch_med_decoding.h"

#include "core/engine/torch_backend/torch_features.h"

namespace blip {

RowCache TorchMedDecoding::start(const DecodeInput& input) {
  RowCache cache;
  cache.cross = cross_source_(input);
  cache.place = static_cast<int64_t>(input.prompt.size()) - 1;
  if (cache.place == 0) return cache;
  auto& layers = decoder_->bert->layers;
  auto x = decoder_->bert->embed(to_ids(std::span(input.prompt).first(cache.place), device()));  // [1, T, D]
  const auto bias = mask_bias(causal_mask(cache.place, device()), x.scalar_type());
  for (size_t i = 0; i < layers.size(); ++i) {
    cache.prefix.push_back(layers[i]->attention->keys_values(x));
    if (i + 1 == layers.size()) break;  // the last layer's output is not used: only its keys and values are
    x = layers[i]->attention(x, cache.prefix[i], bias);
    x = layers[i]->crossattention(x, cache.cross[i], /*bias=*/torch::Tensor{});
    x = layers[i]->feed_forward(x);
  }
  return cache;
}

torch::Tensor TorchMedDecoding::next(StepRows& rows) {
  auto x = decoder_->bert->embed_at(rows.tokens(), rows.places());  // [R, 1, D]
  auto& layers = decoder_->bert->layers;
  for (size_t i = 0; i < layers.size(); ++i) {
    auto& own = layers[i]->attention;
    x = own->output(rows.self_context(i, own->queries(x), own->keys_values(x)), x);
    auto& cross = layers[i]->crossattention;
    x = cross->output(rows.cross_context(i, cross->queries(x)), x);
    x = layers[i]->feed_forward(x);
  }
  return decoder_->head(x);
}

}  // namespace blip
