#pragma once

#include <filesystem>

#include "core/checkpoint/tensor_map.h"

namespace blip {

// Writes tensors in the order of their names, data from a multiple of 64 bytes on, as transformers' files ("format":
// "pt"). The file appears when it is complete. Throws Error(kFailed) naming the path.
void write_safetensors(const TensorMap& tensors, const std::filesystem::path& path);

}  // namespace blip
