#pragma once

#include <memory>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/backend.h"
#include "core/engine/backend_options.h"

namespace blip {

// Opens libblip-torch.so beside the library or program that holds this code, in its sub-folder or in the install folder, and makes its
// backend. The library stays open. Throws Error(kNotFound) naming the places, kUnsupported for a library of another version, and what the
// backend throws.
std::unique_ptr<Backend> load_torch_backend(const Checkpoint& checkpoint, const BackendOptions& options);

}  // namespace blip
