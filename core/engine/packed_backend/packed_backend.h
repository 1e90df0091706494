#pragma once

#include <memory>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/backend.h"
#include "core/engine/backend_options.h"

namespace blip {

// The options with "auto" replaced by what this backend makes of it on this CPU. Throws Error(kInvalidArgument) for a
// precision that is none of auto, float32, bfloat16, int8, int4, and kUnsupported for one that this CPU cannot do.
BackendOptions resolve_packed_backend(BackendOptions options);

// CPU inference on oneDNN with weights packed once; opens no LibTorch. Large models' packed weights are kept on disk
// (packed_cache.h). Throws as resolve_packed_backend() does, Error(kUnsupported) for int4 where there is no language
// model, and Error(kInvalidData) for weights that are not finite.
std::unique_ptr<Backend> make_packed_backend(const Checkpoint& checkpoint, const BackendOptions& options);

}  // namespace blip
