#include "core/engine/torch_backend/torch_qformer_decoding.h"

#include "core/engine/torch_backend/torch_features.h"

namespace blip {

RowCache TorchQFormerDecoding::start(const DecodeInput& input) {
  RowCache cache;
  cache.prefix = query_source_(input.clip);
  cache.place = static_cast<int64_t>(input.prompt.size()) - 1;
  if (cache.place == 0) return cache;
  const auto ids = to_ids(std::span(input.prompt).first(cache.place), device());  // [1, T]
  cache.prefix = qformer_->read_text(ids, torch::ones_like(ids, torch::kBool), cache.prefix).key_values;
  return cache;
}

torch::Tensor TorchQFormerDecoding::next(StepRows& rows) {
  auto x = qformer_->embed_at(rows.tokens(), rows.places());  // [R, 1, D]
  auto& layers = qformer_->layers;
  for (size_t i = 0; i < layers.size(); ++i) {
    auto& own = layers[i]->attention;
    x = layers[i]->feed_forward(own->output(rows.self_context(i, own->queries(x), own->keys_values(x)), x));
  }
  return qformer_->logits(x);
}

}  // namespace blip
