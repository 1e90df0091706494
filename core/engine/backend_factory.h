#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/engine/backend.h"
#include "core/engine/backend_options.h"

namespace blip {

// What a backend library exports: extern "C" Backend* blip_make_backend(abi, checkpoint, options). The caller owns the
// result; null when `abi` is not the library's own. May throw Error: engine and backend are built together.
inline constexpr int kBackendAbi = 2;
inline constexpr const char* kBackendFactoryName = "blip_make_backend";
using BackendFactory = Backend* (*)(int abi, const Checkpoint& checkpoint, const BackendOptions& options);

// Also exported: the options with "auto" replaced by what this machine makes of it. May throw Error.
inline constexpr const char* kBackendResolverName = "blip_resolve_backend";
using BackendResolver = void (*)(BackendOptions& options);

}  // namespace blip
