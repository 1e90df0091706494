#pragma once

#include <string>
#include <vector>

#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/model_config.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

struct ResolvedConfig {
  ModelConfig config;                 // vision.image_size as the config says, else the file's grid times the patch size
  std::int64_t grid = 0;              // patches a side in the file's position embeddings
  std::vector<std::string> warnings;  // one line each
};

// Sizes from the tensors (original names), checked against what the config declares; heads from the config, else width
// / 64. Throws Error(kInvalidData) that names both sides of a contradiction.
ResolvedConfig resolve_config(const TensorMap& tensors, Layout layout, const DeclaredConfig& declared,
                              const std::string& source);

}  // namespace blip
