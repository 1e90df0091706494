#pragma once

#include <memory>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/backend.h"
#include "core/engine/backend_options.h"

namespace blip {

// The reference backend: core/model on LibTorch. Throws Error(kInvalidArgument) for a device or precision that is not
// one, kUnsupported for one that this LibTorch or this machine does not have.
std::unique_ptr<Backend> make_torch_backend(const Checkpoint& checkpoint, const BackendOptions& options);

}  // namespace blip
