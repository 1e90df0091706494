#pragma once

#include <filesystem>

#include "core/checkpoint/tensor_map.h"

namespace blip {

enum class WeightsFormat { kSafetensors, kShardedSafetensors, kTorch, kShardedTorch };

struct WeightsFile {
  std::filesystem::path path;  // the .safetensors, the .pth, or the index of shards
  WeightsFormat format = WeightsFormat::kSafetensors;
};

// The weights of a Hugging Face directory: model.safetensors, its index, pytorch_model.bin, its index. Throws
// Error(kNotFound) naming what was looked for.
WeightsFile find_weights(const std::filesystem::path& directory);

TensorMap read_weights(const WeightsFile& file);  // throws what the format's reader throws

// A directory, a .safetensors or a .pth.
TensorMap read_weights_at(const std::filesystem::path& path);

}  // namespace blip
