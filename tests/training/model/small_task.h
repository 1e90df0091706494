#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "training/model/make_task.h"

namespace blip::test {

// A model of a few thousand numbers whose last two words are [DEC] and [ENC].
inline ModelConfig small_sizes() {
  ModelConfig config;
  config.vision = {.width = 8, .depth = 2, .heads = 2, .mlp_width = 16, .image_size = 8, .patch_size = 4};
  config.text = {.vocab_size = 13, .width = 8, .depth = 2, .heads = 2, .ffn_width = 12, .max_positions = 9};
  config.embed_width = 4;
  return config;
}

inline TaskOptions small_options(const std::string& task) {
  TaskOptions options;
  options.task = task;
  options.queue_size = 8;
  options.dropout = 0;
  options.tokens.cls = 2;
  options.tokens.sep = 3;
  options.tokens.decode = 11;
  options.tokens.encode = 12;
  return options;
}

// Two pictures of random pixels with a text each, of 4 and 5 tokens, padded to `length`.
inline Batch small_batch(std::int64_t length = 5) {
  Batch batch;
  batch.size = 2;
  batch.side = 8;
  batch.ids = {"a", "b"};
  const auto pixels = torch::randn({2 * 3 * 8 * 8});
  batch.images.assign(pixels.data_ptr<float>(), pixels.data_ptr<float>() + pixels.numel());
  batch.texts.texts = 2;
  batch.texts.length = length;
  for (const auto& text : {std::vector<std::int64_t>{2, 5, 6, 3}, {2, 7, 8, 9, 3}}) {
    for (std::int64_t t = 0; t < length; ++t) {
      const bool there = t < static_cast<std::int64_t>(text.size());
      batch.texts.ids.push_back(there ? text[static_cast<std::size_t>(t)] : 0);
      batch.texts.mask.push_back(there ? 1 : 0);
    }
  }
  batch.image_indices = {4, 9};
  batch.labels = {1, 0};
  batch.answers = {3, 3, {2, 5, 3, 2, 6, 3, 2, 7, 3}, std::vector<std::uint8_t>(9, 1)};
  batch.answer_counts = {2, 1};
  batch.answer_weights = {0.5f, 0.5f, 1.0f};
  batch.second_images = batch.images;
  return batch;
}

inline std::map<std::string, torch::Tensor> state_of(const TrainingTask& task) {
  std::map<std::string, torch::Tensor> state;
  for (const auto& [name, tensor] : task.state()) state[name] = tensor;
  return state;
}

// A checkpoint in memory that holds the task's state; it must outlive the checkpoint.
inline Checkpoint checkpoint_of(const TrainingTask& task) {
  Checkpoint checkpoint;
  checkpoint.config = task.config();
  checkpoint.layout = task.layout();
  for (const auto& [name, tensor] : task.state()) {
    const auto copy = std::make_shared<torch::Tensor>(tensor.detach().clone());
    const bool whole = tensor.scalar_type() == torch::kInt64;
    checkpoint.tensors[name] = {copy->data_ptr(), whole ? DType::kInt64 : DType::kFloat32, tensor.sizes().vec(), copy};
  }
  return checkpoint;
}

}  // namespace blip::test
