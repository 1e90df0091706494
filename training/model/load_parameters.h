#pragma once

#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "training/model/named_tensor.h"

namespace blip {

// Copies into each tensor what the checkpoint holds under its name (training state included) with its shape; returns
// the names of those it has not. "X_m.…" falls back to nothing: momentum copies are made by their owner. NLVR2's twin
// cross-attention ("…crossattention.self0.…", "….output.dense1.…") takes the plain one of a pre-training checkpoint,
// as models/nlvr_encoder.py does. Throws Error(kUnsupported) for a dtype that is none of float32, float16, bfloat16,
// int64.
std::vector<std::string> load_parameters(const std::vector<NamedTensor>& tensors, const Checkpoint& checkpoint);

}  // namespace blip
