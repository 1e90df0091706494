#pragma once

#include <optional>
#include <string>

#include "core/kernels/packed_linear.h"
#include "core/kernels/stored_weights.h"

namespace blip {

// In what the packed backend computes under the name of a precision.
struct PackedPrecision {
  std::string name;  // "float32", "bfloat16", "int8", "int4"
  Precision packed = Precision::kFloat32;
  // The weights of BLIP-2's language model; nothing = as the checkpoint has them. A head in four bits would cost words
  // and save little.
  std::optional<WeightForm> language, language_head;
};

// Throws Error(kInvalidArgument) for a name that is none of auto (float32), float32, bfloat16, int8 and int4, and
// kUnsupported for what this CPU cannot do.
PackedPrecision packed_precision(const std::string& name);

}  // namespace blip
