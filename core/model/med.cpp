#include "core/model/med.h"

#include "core/model/module_group.h"

namespace blip {
namespace {

constexpr int64_t kPaddingRow = 0;  // [PAD], in BERT's vocabularies

// keep [B, T] bool -> [B, 1, 1, T], added to the scores of every head and query.
torch::Tensor padding_bias(const torch::Tensor& keep, torch::ScalarType dtype) {
  return mask_bias(keep.unsqueeze(1).unsqueeze(1), dtype);
}

}  // namespace

MedImpl::MedImpl(const MedConfig& config) {
  const auto embeddings = register_module("embeddings", std::make_shared<ModuleGroup>());
  word_embeddings =
      embeddings->add("word_embeddings", Embedding(config.text.vocab_size, config.text.width, kPaddingRow));
  position_embeddings_ =
      embeddings->add("position_embeddings", Embedding(config.text.max_positions, config.text.width));
  norm_ = embeddings->add("LayerNorm", LayerNorm(config.text.width, config.text.layer_norm_eps));
  auto list = register_module("encoder", std::make_shared<ModuleGroup>())->add("layer", torch::nn::ModuleList());
  for (int64_t i = 0; i < config.text.depth; ++i) {
    layers.emplace_back(MedLayer(config, i));
    list->push_back(layers.back());
  }
}

torch::Tensor MedImpl::embed(const torch::Tensor& ids, int64_t offset) {
  return embed_at(ids, torch::arange(offset, offset + ids.size(1), ids.options()));
}

torch::Tensor MedImpl::embed_at(const torch::Tensor& ids, const torch::Tensor& places) {
  return torch::dropout(norm_(word_embeddings(ids) + position_embeddings_(places)), dropout_,
                        is_training() && dropout_ > 0);
}

void MedImpl::set_dropout(double share) {
  dropout_ = share;
  for (auto& layer : layers) layer->set_dropout(share);
}

CrossStates MedImpl::cross_states(const torch::Tensor& source) {
  CrossStates states;
  states.reserve(layers.size());
  for (auto& layer : layers) states.push_back(layer->crossattention->keys_values(source));
  return states;
}

torch::Tensor MedImpl::encode(const torch::Tensor& ids, const torch::Tensor& keep, const CrossStates* cross) {
  auto text = embed(ids);
  const auto bias = padding_bias(keep, text.scalar_type());
  for (size_t i = 0; i < layers.size(); ++i) text = layers[i](text, bias, cross != nullptr ? &(*cross)[i] : nullptr);
  return text;
}

torch::Tensor MedImpl::decode(const torch::Tensor& ids, const CrossStates& cross, const torch::Tensor& cross_keep) {
  auto text = embed(ids);
  const auto bias = mask_bias(causal_mask(ids.size(1), ids.device()), text.scalar_type());  // [T, T]
  const auto cross_bias = cross_keep.defined() ? padding_bias(cross_keep, text.scalar_type()) : torch::Tensor{};
  for (size_t i = 0; i < layers.size(); ++i) text = layers[i](text, bias, &cross[i], cross_bias);
  return text;
}

torch::Tensor MedImpl::encode_pair(const torch::Tensor& ids, const torch::Tensor& keep, const torch::Tensor& first,
                                   const torch::Tensor& second) {
  auto text = embed(ids);
  const auto bias = padding_bias(keep, text.scalar_type());
  for (auto& layer : layers) text = layer->forward_pair(text, bias, first, second);
  return text;
}

CrossStates concatenate(const std::vector<CrossStates>& frames) {
  if (frames.size() == 1) return frames.front();
  CrossStates clip;
  for (size_t layer = 0; layer < frames.front().size(); ++layer) {
    if (!frames.front()[layer].key.defined()) {
      clip.emplace_back();
      continue;
    }
    std::vector<torch::Tensor> keys, values;
    for (const CrossStates& frame : frames) {
      keys.push_back(frame[layer].key);
      values.push_back(frame[layer].value);
    }
    clip.push_back({torch::cat(keys, /*dim=*/2), torch::cat(values, /*dim=*/2)});
  }
  return clip;
}

}  // namespace blip
