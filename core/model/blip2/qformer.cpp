#include "core/model/blip2/qformer.h"

#include "core/model/module_group.h"

namespace blip {
namespace {

constexpr int64_t kPaddingRow = 0;  // [PAD], in BERT's vocabularies

torch::Tensor from_start(const torch::Tensor& ids) {
  return torch::arange(ids.size(1), ids.options());
}

}  // namespace

QFormerImpl::QFormerImpl(const QFormerConfig& config) {
  const auto bert = register_module("bert", std::make_shared<ModuleGroup>());
  const auto embeddings = bert->add("embeddings", std::make_shared<ModuleGroup>());
  if (config.vocab_size > 0) {
    word_embeddings_ = embeddings->add("word_embeddings", Embedding(config.vocab_size, config.width, kPaddingRow));
    position_embeddings_ = embeddings->add("position_embeddings", Embedding(config.max_positions, config.width));
  }
  norm_ = embeddings->add("LayerNorm", LayerNorm(config.width, config.layer_norm_eps));
  auto list = bert->add("encoder", std::make_shared<ModuleGroup>())->add("layer", torch::nn::ModuleList());
  for (int64_t i = 0; i < config.depth; ++i) {
    layers.emplace_back(QFormerLayer(config, i));
    list->push_back(layers.back());
  }
  if (config.lm_head) {
    TextConfig text;
    text.vocab_size = config.vocab_size;
    text.width = config.width;
    text.layer_norm_eps = config.layer_norm_eps;
    head_ = register_module("cls", MedLmHead(text));
  }
}

CrossStates QFormerImpl::cross_states(const torch::Tensor& image_states) {
  CrossStates states;
  states.reserve(layers.size());
  for (auto& layer : layers) {
    states.push_back(layer->crossattention.is_empty() ? KeyValue{} : layer->crossattention->keys_values(image_states));
  }
  return states;
}

torch::Tensor QFormerImpl::text_embeddings(const torch::Tensor& ids, const torch::Tensor& places) {
  TORCH_CHECK(!word_embeddings_.is_empty(), "this Q-Former reads no text");
  return word_embeddings_(ids) + position_embeddings_(places);
}

torch::Tensor QFormerImpl::normed(const torch::Tensor& embeddings) {
  return torch::dropout(norm_(embeddings), dropout_, is_training() && dropout_ > 0);
}

torch::Tensor QFormerImpl::embed_at(const torch::Tensor& ids, const torch::Tensor& places) {
  return normed(text_embeddings(ids, places));
}

QueryStates QFormerImpl::encode_queries(const torch::Tensor& query_tokens, const CrossStates& cross) {
  TORCH_CHECK(cross.size() == layers.size(), "cross-attention of ", cross.size(), " layers for ", layers.size());
  const int64_t queries = query_tokens.size(1), pictures = cross.front().key.size(0);
  QueryStates result;
  auto x = normed(query_tokens.expand({pictures, -1, -1}));  // [B, Q, D]
  for (size_t i = 0; i < layers.size(); ++i) {
    result.key_values.push_back(layers[i]->attention->keys_values(x));
    x = layers[i](x, queries, result.key_values.back(), /*bias=*/torch::Tensor{}, &cross[i]);
  }
  result.states = x;
  return result;
}

torch::Tensor QFormerImpl::encode_text(const torch::Tensor& ids, const torch::Tensor& keep) {
  auto x = embed_at(ids, from_start(ids));
  const auto bias = mask_bias(keep.unsqueeze(1).unsqueeze(1), x.scalar_type());  // [B, 1, 1, T]
  for (auto& layer : layers) x = layer(x, /*queries=*/0, layer->attention->keys_values(x), bias, /*cross=*/nullptr);
  return x;
}

torch::Tensor QFormerImpl::encode_pair(const torch::Tensor& query_tokens, const torch::Tensor& ids,
                                       const torch::Tensor& keep, const CrossStates& cross) {
  TORCH_CHECK(cross.size() == layers.size(), "cross-attention of ", cross.size(), " layers for ", layers.size());
  const int64_t queries = query_tokens.size(1), pairs = ids.size(0);
  auto x = normed(torch::cat({query_tokens.expand({pairs, -1, -1}), text_embeddings(ids, from_start(ids))}, /*dim=*/1));
  const auto all = torch::cat({torch::ones({pairs, queries}, keep.options()), keep}, /*dim=*/1);  // [B, Q + T]
  const auto bias = mask_bias(all.unsqueeze(1).unsqueeze(1), x.scalar_type());
  for (size_t i = 0; i < layers.size(); ++i)
    x = layers[i](x, queries, layers[i]->attention->keys_values(x), bias, &cross[i]);
  return x;
}

TextStates QFormerImpl::read_text(const torch::Tensor& ids, const torch::Tensor& keep,
                                  const std::vector<KeyValue>& queries) {
  TORCH_CHECK(queries.size() == layers.size(), "queries of ", queries.size(), " layers for ", layers.size());
  const int64_t texts = ids.size(0), length = ids.size(1);
  auto x = embed_at(ids, from_start(ids));
  const auto earlier = causal_mask(length, ids.device()).logical_and(keep.unsqueeze(1)).unsqueeze(1);  // [B, 1, T, T]
  const auto seen =
      torch::cat({torch::ones({texts, 1, length, queries.front().key.size(2)}, earlier.options()), earlier}, /*dim=*/3);
  const auto bias = mask_bias(seen, x.scalar_type());  // [B, 1, T, Q + T]
  TextStates result;
  for (size_t i = 0; i < layers.size(); ++i) {
    const KeyValue own = layers[i]->attention->keys_values(x);
    const auto behind = [texts](const torch::Tensor& query_part, const torch::Tensor& text_part) {
      return torch::cat({query_part.expand({texts, -1, -1, -1}), text_part}, /*dim=*/2);
    };
    result.key_values.push_back({behind(queries[i].key, own.key), behind(queries[i].value, own.value)});
    x = layers[i](x, /*queries=*/0, result.key_values.back(), bias, /*cross=*/nullptr);
  }
  result.states = x;
  return result;
}

torch::Tensor QFormerImpl::decode_text(const torch::Tensor& ids, const torch::Tensor& keep,
                                       const std::vector<KeyValue>& queries) {
  return logits(read_text(ids, keep, queries).states);
}

torch::Tensor QFormerImpl::logits(const torch::Tensor& states) {
  TORCH_CHECK(!head_.is_empty(), "this Q-Former writes no text");
  return head_(states);
}

void QFormerImpl::tie_head() {
  TORCH_CHECK(!head_.is_empty(), "this Q-Former writes no text");
  head_->tie(word_embeddings_);
}

void QFormerImpl::set_dropout(double share) {
  dropout_ = share;
  for (auto& layer : layers) layer->set_dropout(share);
}

}  // namespace blip
