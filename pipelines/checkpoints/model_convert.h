#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"

namespace blip {

enum class ModelFormat { kHuggingFace, kTorch };

struct ConvertOptions {
  CheckpointOptions source;
  std::string target;                 // a new directory, or a new .pth file
  std::optional<ModelFormat> format;  // empty: kTorch for a target that ends in .pth, else kHuggingFace
  std::optional<Layout> layout;       // CheckpointWriteOptions::layout
};

// Reads, checks and writes a model in the other format; see core/checkpoint/checkpoint_writer.h. Throws Error, and
// leaves nothing behind then. Returns warnings, one line each.
std::vector<std::string> convert_model(const ConvertOptions& options);

}  // namespace blip
