#pragma once

#include <filesystem>
#include <string>

#include "core/checkpoint/checkpoint.h"

namespace blip {

enum class WeightsFormat { kSafetensors, kShardedSafetensors, kTorch };

// Which files make up a model.
struct ModelFiles {
  std::filesystem::path path;     // the directory or file of the model, after the cache was looked up
  std::filesystem::path weights;  // the .safetensors, its index, or the .pth
  WeightsFormat format = WeightsFormat::kSafetensors;
  std::filesystem::path config;  // empty: there is none (allowed for a .pth only)
  std::filesystem::path vocab;   // empty: there is none
};

// Resolves CheckpointOptions to files, reading none of them. A model that is no path and looks like "ORG/NAME" is
// looked up in the local Hugging Face cache ($HF_HUB_CACHE, $HF_HOME/hub, ~/.cache/huggingface/hub). Throws
// Error(kNotFound) that says where it looked.
ModelFiles find_model_files(const CheckpointOptions& options);

}  // namespace blip
