#pragma once

#include <map>
#include <string>
#include <vector>

#include "training/model/blip2_stage1.h"
#include "training/model/blip2_stage2.h"

namespace blip::test {

// A BLIP-2 of a few thousand numbers, as stage 1 or stage 2 (with OPT) trains it. Its vocabulary's last word is [DEC].
inline ModelConfig small_blip2(int stage) {
  ModelConfig config;
  config.vision = {.width = 8, .depth = 2, .heads = 2, .mlp_width = 16, .image_size = 8, .patch_size = 4};
  Blip2Config& blip2 = config.blip2.emplace();
  blip2.qformer = {.queries = 3, .width = 8, .depth = 2, .heads = 2, .ffn_width = 12, .cross_width = 8};
  if (stage == 1) {
    blip2.qformer.vocab_size = 12;
    blip2.qformer.max_positions = 9;
    blip2.qformer.lm_head = true;
    config.embed_width = 4;
  } else {
    blip2.language.vocab_size = 13;
    blip2.language.width = 8;
    blip2.language.depth = 1;
    blip2.language.heads = 2;
    blip2.language.ffn_width = 16;
    blip2.language.max_positions = 20;
    blip2.language.start_token = 2;
    blip2.language.pad_token = 1;
  }
  return config;
}

inline Blip2TaskOptions small_blip2_options() {
  Blip2TaskOptions options;
  options.dropout = 0;
  options.tokens.cls = 2;
  options.tokens.sep = 3;
  options.tokens.decode = 11;
  return options;
}

inline std::map<std::string, torch::Tensor> named(const std::vector<NamedTensor>& tensors) {
  std::map<std::string, torch::Tensor> map;
  for (const auto& [name, tensor] : tensors) map[name] = tensor;
  return map;
}

// Random weights for what a checkpoint would fill.
inline void fill_frozen(Blip2Task& task) {
  const torch::NoGradGuard no_grad;
  auto tensors = task.frozen_image_encoder();
  for (auto& named : task.frozen_language_model()) tensors.push_back(std::move(named));
  for (auto& [name, tensor] : task.parameters())
    if (name.starts_with("visual_encoder.") && tensor.dim() > 1) tensors.push_back({name, tensor});
  for (auto& [name, tensor] : tensors) {
    const bool norm = tensor.dim() == 1 && !name.ends_with(".bias");
    torch::Tensor(tensor).normal_(norm ? 1 : 0, 0.3);
  }
}

// `size` pictures of random pixels with a text each, of 4 and 5 tokens in turn; a prompt of 2 tokens.
inline Batch small_blip2_batch(std::int64_t size = 2) {
  Batch batch;
  batch.size = size;
  batch.side = 8;
  const auto pixels = torch::randn({size * 3 * 8 * 8});
  batch.images.assign(pixels.data_ptr<float>(), pixels.data_ptr<float>() + pixels.numel());
  batch.texts.texts = size;
  batch.texts.length = 5;
  for (std::int64_t i = 0; i < size; ++i) {
    const std::int64_t word = 4 + i % 6;
    const bool is_short = i % 2 == 0;
    for (const std::int64_t id : {std::int64_t{2}, word, word + 1, std::int64_t{3}, std::int64_t{is_short ? 1 : 3}})
      batch.texts.ids.push_back(id);
    for (int t = 0; t < 5; ++t) batch.texts.mask.push_back(t == 4 && is_short ? 0 : 1);
    batch.ids.push_back("s" + std::to_string(i));
    batch.image_indices.push_back(i);
    batch.prompt_tokens.push_back(2);
  }
  return batch;
}

}  // namespace blip::test
