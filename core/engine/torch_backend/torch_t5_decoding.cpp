#include "core/engine/torch_backend/torch_t5_decoding.h"

#include "core/engine/torch_backend/torch_features.h"

namespace blip {

CrossStates T5Reader::read(const Clip& clip, std::span<const std::int64_t> question) {
  if (auto known = questions.find_whole(clip, question); !known.empty()) return known;
  auto inputs = soft_prompts(clip);  // [1, P, L]
  if (!question.empty()) inputs = torch::cat({inputs, model->embed(to_ids(question, inputs.device()))}, /*dim=*/1);
  const auto cross = model->cross_states(model->encode(inputs, /*keep=*/torch::Tensor{}));
  questions.keep(clip, question, cross);
  return cross;
}

RowCache TorchT5Decoding::start(const DecodeInput& input) {
  RowCache cache;
  cache.cross = reader_.read(input.clip, input.question);
  cache.place = static_cast<int64_t>(input.prompt.size()) - 1;
  if (cache.place == 0) return cache;
  T5Stack& decoder = reader_.model->decoder;
  auto x = reader_.model->embed(to_ids(std::span(input.prompt).first(cache.place), device()));  // [1, T, L]
  const auto bias = decoder->causal_bias(cache.place);
  for (size_t i = 0; i < decoder->blocks.size(); ++i) {
    auto& block = decoder->blocks[i];
    cache.prefix.push_back(block->attention->keys_values(block->attention_norm(x)));
    x = block(x, bias, &cache.cross[i]);
  }
  return cache;
}

torch::Tensor TorchT5Decoding::next(StepRows& rows) {
  T5Stack& decoder = reader_.model->decoder;
  for (auto& group : rows.groups()) {
    const int64_t place = group.cache->place;
    group.self_bias = decoder->blocks.front()->attention->position_bias(place, 1, place + 1, /*bidirectional=*/false);
  }
  auto x = reader_.model->embed(rows.tokens());  // [R, 1, L]
  for (size_t i = 0; i < decoder->blocks.size(); ++i) {
    auto& block = decoder->blocks[i];
    const auto normed = block->attention_norm(x);
    auto& own = block->attention;
    x = x + own->output(rows.self_context(i, own->queries(normed), own->keys_values(normed), /*scale=*/1));
    auto& cross = block->cross_attention;
    x = x + cross->output(rows.cross_context(i, cross->queries(block->cross_norm(x)), /*scale=*/1));
    x = block->feed_forward(x);
  }
  return reader_.model->logits(decoder->final_norm(x));
}

}  // namespace blip
