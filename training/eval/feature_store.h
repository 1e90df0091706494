#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/tensor_view.h"
#include "training/benchmarks/benchmark.h"
#include "training/eval/clip_pixels.h"

namespace blip {

// Image features on disk, shared by runs: a safetensors file a medium, DIR/VISION/KEY.safetensors with "tokens"
// [frames, N, V]. Files appear when they are complete; several processes may use one folder. Safe from any thread.
class FeatureStore {
 public:
  // vision_id: Checkpoint::weights_id; half: tokens are kept as float16. Throws Error(kFailed) when the folder cannot
  // be made.
  FeatureStore(const std::filesystem::path& folder, const std::string& vision_id, bool half);

  bool half() const noexcept { return half_; }

  // What the features of a medium depend on: the file's content, the frames looked at, how they are resized, to what.
  // Throws Error(kNotFound, kFailed) when the file cannot be read.
  std::string key(const Medium& medium, const FrameRule& rule, std::int64_t side) const;

  // Nothing when they are not there; a file that is damaged is as if it were not there.
  std::optional<TensorView> find(const std::string& key) const;
  void add(const std::string& key, const TensorView& tokens) const;  // throws Error(kFailed)

 private:
  std::filesystem::path file_of(const std::string& key) const;

  std::filesystem::path folder_;
  bool half_;
};

}  // namespace blip
