#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/checkpoint/model_config.h"
#include "training/data/batch.h"

namespace blip::bench {

// A pre-training step that leaves out what makes ours fast, one by one: as the original code does it.
struct VariantOptions {
  bool keys_once = true;  // cross-attention's keys and values once a picture; else for every batch of pairs
  bool unpadded = true;   // texts as long as the longest; else as long as they came
  bool one_pass = true;   // momentum copies and AdamW in one pass over all weights; else parameter by parameter
  std::int64_t queue_size = 1024;
  double dropout = 0.1;
  std::int64_t encode_token = 0, decode_token = 0;
};

class PretrainVariant {
 public:
  PretrainVariant(const ModelConfig& config, const VariantOptions& options);
  ~PretrainVariant();

  double step(const Batch& batch);  // forward, backward, optimiser; the loss

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace blip::bench
