#pragma once

#include <memory>
#include <string>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/backend.h"
#include "core/engine/backend_options.h"

namespace blip::bench {

// The backend that gst-blip takes on a CPU for "float32", "bfloat16", "int8"; for "libtorch" the reference, in float32.
// Throws Error(kUnsupported, kInvalidArgument) where there is no such precision here.
std::unique_ptr<Backend> open_bench_backend(const Checkpoint& checkpoint, const std::string& precision);

}  // namespace blip::bench
