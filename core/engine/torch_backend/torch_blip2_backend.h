#pragma once

#include <memory>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/backend.h"
#include "core/engine/torch_backend/torch_device.h"

namespace blip {

// make_torch_backend for a BLIP-2 checkpoint. In front of a language model an image's features are the Q-Former's
// output [Q, D]; else the image states [N, V], and the queries' states are derived from them and kept with them. A
// clip's frames give their queries side by side to what writes text, and their image states to matching. With float16
// a T5 model computes in bfloat16, whose range it needs. Throws c10::Error.
std::unique_ptr<Backend> make_torch_blip2_backend(const Checkpoint& checkpoint, const TorchPlacement& placement);

}  // namespace blip
