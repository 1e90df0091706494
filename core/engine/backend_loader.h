#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/backend.h"
#include "core/engine/backend_options.h"

namespace blip {

// libblip-torch.so in the first of `folders` that holds it. Throws Error(kNotFound) naming all of them.
std::filesystem::path find_backend_library(const std::vector<std::filesystem::path>& folders);

// Opens libblip-torch.so beside the library or program that holds this code, in its sub-folder or in the install
// folder, and makes its backend. The library stays open. Throws Error(kNotFound) naming the places, kUnsupported for a
// library of another version, and what the backend throws.
std::unique_ptr<Backend> load_torch_backend(const Checkpoint& checkpoint, const BackendOptions& options);

// The options with "auto" replaced by what that library makes of it here, so that equal places have equal names. Throws
// as load_torch_backend does, and Error(kInvalidArgument, kUnsupported) for a device or precision that there is not.
BackendOptions resolve_torch_backend(BackendOptions options);

}  // namespace blip
