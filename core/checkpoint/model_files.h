#pragma once

#include <filesystem>
#include <string>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/weights_files.h"

namespace blip {

// Which files make up a model.
struct ModelFiles {
  std::filesystem::path path;  // the directory or file of the model, after the cache was looked up
  WeightsFile weights;
  std::filesystem::path config;  // empty: there is none (allowed for a .pth only)
  std::filesystem::path vocab;   // of WordPiece, or what --vocab names; empty: there is none
};

// Resolves CheckpointOptions to files, reading none of them. A model that is no path and looks like "ORG/NAME" is
// looked up in the local Hugging Face cache ($HF_HUB_CACHE, $HF_HOME/hub, ~/.cache/huggingface/hub). Throws
// Error(kNotFound) that says where it looked.
ModelFiles find_model_files(const CheckpointOptions& options);

}  // namespace blip
