#include "core/engine/backend_factory.h"
#include "core/engine/torch_backend/torch_backend.h"
#include "core/engine/torch_backend/torch_device.h"

extern "C" __attribute__((visibility("default"))) blip::Backend* blip_make_backend(
    int abi, const blip::Checkpoint& checkpoint, const blip::BackendOptions& options) {
  return abi == blip::kBackendAbi ? blip::make_torch_backend(checkpoint, options).release() : nullptr;
}

extern "C" __attribute__((visibility("default"))) void blip_resolve_backend(blip::BackendOptions& options) {
  const blip::TorchPlacement placement = blip::torch_placement(options);
  options.device = placement.device.str();
  options.precision = blip::precision_name(placement.dtype);
}
