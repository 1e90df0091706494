#pragma once

#include <string>

#include "core/model/torch_compat.h"

namespace blip {

// A tensor of a model under the original code's name, such as "visual_encoder.blocks.0.attn.qkv.weight".
struct NamedTensor {
  std::string name;
  torch::Tensor tensor;
};

}  // namespace blip
