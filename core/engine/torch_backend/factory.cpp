#include "core/engine/backend_factory.h"
#include "core/engine/torch_backend/torch_backend.h"

extern "C" __attribute__((visibility("default"))) blip::Backend* blip_make_backend(
    int abi, const blip::Checkpoint& checkpoint, const blip::BackendOptions& options) {
  return abi == blip::kBackendAbi ? blip::make_torch_backend(checkpoint, options).release() : nullptr;
}
