#pragma once

#include <optional>

#include "core/checkpoint/model_config.h"
#include "core/engine/packed_backend/weight_store.h"

namespace blip {

// The image encoder of BLIP and BLIP-2 (core/model/vit.h) on packed weights. Letters: S image side, N tokens with
// [CLS], V width.
class PackedVit {
 public:
  PackedVit(WeightStore& weights, const VisionConfig& config, Precision precision);

  // pixels [3, S, S] float, normalised -> states [N, V] float.
  void encode(Workspace& workspace, const float* pixels, float* states) const;

 private:
  struct Block {
    NormWeights norm1, norm2;
    LinearPtr qkv, proj, fc1, fc2;
  };

  void embed(Workspace& workspace, int slot, const float* pixels, std::int64_t begin, std::int64_t end,
             float* states) const;

  VisionConfig config_;
  After activation_;
  bool bfloat16_attention_;
  LinearPtr patches_;
  std::vector<float> cls_, positions_;  // [V], [N, V]
  std::vector<Block> blocks_;
  std::optional<NormWeights> first_norm_;  // CLIP's, in front of the blocks
  NormWeights norm_;
};

}  // namespace blip
