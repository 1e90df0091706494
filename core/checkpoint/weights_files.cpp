#include "core/checkpoint/weights_files.h"

#include <array>
#include <string>
#include <system_error>
#include <utility>

#include "core/checkpoint/message.h"
#include "core/checkpoint/safetensors_reader.h"
#include "core/checkpoint/sharded_reader.h"
#include "core/checkpoint/torch_reader.h"

namespace blip {
namespace fs = std::filesystem;

WeightsFile find_weights(const fs::path& directory) {
  constexpr std::array<std::pair<const char*, WeightsFormat>, 4> kNames{{
      {"model.safetensors", WeightsFormat::kSafetensors},
      {"model.safetensors.index.json", WeightsFormat::kShardedSafetensors},
      {"pytorch_model.bin", WeightsFormat::kTorch},
      {"pytorch_model.bin.index.json", WeightsFormat::kShardedTorch},
  }};
  for (const auto& [name, format] : kNames) {
    std::error_code ignored;
    if (fs::exists(directory / name, ignored)) return {directory / name, format};
  }
  throw Error(ErrorKind::kNotFound, "directory " + in_quotes(directory.string()) +
                                        " holds no weights: looked for model.safetensors, "
                                        "model.safetensors.index.json, pytorch_model.bin and "
                                        "pytorch_model.bin.index.json");
}

TensorMap read_weights(const WeightsFile& file) {
  switch (file.format) {
    case WeightsFormat::kSafetensors:
      return read_safetensors_file(file.path);
    case WeightsFormat::kShardedSafetensors:
      return read_shards(file.path, read_safetensors_file);
    case WeightsFormat::kTorch:
      return read_torch_file(file.path);
    case WeightsFormat::kShardedTorch:
      return read_shards(file.path, read_torch_file);
  }
  return {};
}

TensorMap read_weights_at(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return read_weights(find_weights(path));
  return path.extension() == ".safetensors" ? read_safetensors_file(path) : read_torch_file(path);
}

}  // namespace blip
