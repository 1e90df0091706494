#include "training/eval/feature_store.h"

#include <unistd.h>

#include <system_error>

#include "core/base/error.h"
#include "core/checkpoint/safetensors_reader.h"
#include "core/checkpoint/safetensors_writer.h"
#include "training/eval/content_hash.h"

namespace blip {
namespace fs = std::filesystem;

FeatureStore::FeatureStore(const fs::path& folder, const std::string& vision_id, bool half)
    : folder_(folder / vision_id), half_(half) {
  std::error_code failure;
  fs::create_directories(folder_, failure);
  if (failure)
    throw Error(ErrorKind::kFailed, "cannot make the feature cache '" + folder_.string() + "': " + failure.message());
}

std::string FeatureStore::key(const Medium& medium, const FrameRule& rule, std::int64_t side) const {
  std::string what = file_hash(medium.path) + " side " + std::to_string(side);
  if (medium.kind == MediaKind::kVideo)
    what += " uniform " + std::to_string(rule.frames) + " " + std::string(frame_resize_name(rule.resize));
  return content_hash(what) + (half_ ? ".f16" : ".f32");
}

fs::path FeatureStore::file_of(const std::string& key) const {
  return folder_ / (key + ".safetensors");
}

std::optional<TensorView> FeatureStore::find(const std::string& key) const {
  try {
    const TensorMap tensors = read_safetensors_file(file_of(key));
    const auto tokens = tensors.find("tokens");
    if (tokens != tensors.end() && tokens->second.shape.size() == 3) return tokens->second;
  } catch (const Error&) {
  }
  return std::nullopt;
}

void FeatureStore::add(const std::string& key, const TensorView& tokens) const {
  const fs::path file = file_of(key), own = folder_ / (key + "." + std::to_string(::getpid()));
  write_safetensors({{"tokens", tokens}}, own);
  std::error_code failure;
  fs::rename(own, file, failure);
  if (failure) throw Error(ErrorKind::kFailed, "cannot write '" + file.string() + "': " + failure.message());
}

}  // namespace blip
