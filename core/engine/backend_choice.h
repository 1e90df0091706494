#pragma once

#include <memory>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/backend.h"
#include "core/engine/backend_options.h"

namespace blip {

// The options with "auto" replaced by what this machine makes of it, so that equal places have equal names. "auto" is a
// CUDA device where LibTorch has one, else "cpu"; LibTorch is opened to find out only where there is such a device at
// all. "torch" is LibTorch on the CPU. Throws Error(kInvalidArgument, kUnsupported) for a device or precision that
// there is not, and what load_torch_backend() throws.
BackendOptions resolve_backend(BackendOptions options);

// The backend for resolved options: on "cpu" the packed one, LibTorch's in a build without oneDNN. Throws what the
// backend throws.
std::unique_ptr<Backend> make_backend(const Checkpoint& checkpoint, const BackendOptions& options);

}  // namespace blip
