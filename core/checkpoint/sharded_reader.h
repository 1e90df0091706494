#pragma once

#include <filesystem>
#include <functional>

#include "core/checkpoint/tensor_map.h"

namespace blip {

// `index` is a model.safetensors.index.json or pytorch_model.bin.index.json; its shards lie beside it, and `read` reads
// one. Throws Error that names the missing shard or tensor, and refuses shard names that leave the directory.
TensorMap read_shards(const std::filesystem::path& index,
                      const std::function<TensorMap(const std::filesystem::path&)>& read);

}  // namespace blip
