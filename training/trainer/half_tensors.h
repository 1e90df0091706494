#pragma once

#include "core/checkpoint/tensor_map.h"

namespace blip {

// The tensors with those of float32 in float16.
TensorMap half_tensors(const TensorMap& tensors);

}  // namespace blip
