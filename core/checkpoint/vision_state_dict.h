#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/checkpoint/tensor_map.h"

namespace blip {

struct VisionStateDict {
  TensorMap tensors;  // `visual_encoder.*` but the LayerNorm behind the blocks, which is BLIP-2's own ("ln_vision")
  bool clip = false;  // CLIP's layout: QuickGELU, a LayerNorm in front, epsilon 1e-5
};

// The frozen image encoder of BLIP-2 from a state dict in any of these layouts:
// - EVA-CLIP: `blocks.0.attn.{qkv.weight, q_bias, v_bias}`; the three biases become one, the key's part zero
// - CLIP: `transformer.resblocks.0.attn.in_proj_weight`; the patch embedding gets a zero bias
// - BLIP, original or Hugging Face's names: `visual_encoder.*`, `vision_model.*`
// The first two may stand under `visual_encoder.`, too. BLIP-2 reads what the last block but one makes: a file of the
// first two that goes on behind its blocks (`norm`, `head`; `ln_post`) loses the last one, ViT-g has 39 and ViT-L 23
// blocks, and `depth` overrules that. Tensors of other modules are left out. Throws Error(kInvalidData) naming
// `source`.
VisionStateDict read_vision_state_dict(const TensorMap& tensors, std::optional<std::int64_t> depth,
                                       const std::string& source);

}  // namespace blip
