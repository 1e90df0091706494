#include "core/engine/backend_choice.h"

#include <filesystem>
#include <string>
#include <system_error>

#include "core/engine/backend_loader.h"
#if defined(BLIP_HAS_ONEDNN)
#include "core/engine/packed_backend/packed_backend.h"
#endif

namespace blip {
namespace {

constexpr const char* kTorchOnCpu = "torch";

#if defined(BLIP_HAS_ONEDNN)
bool may_have_cuda() {
  std::error_code ignored;
  return std::filesystem::exists("/dev/nvidiactl", ignored) || std::filesystem::exists("/dev/nvidia0", ignored);
}
#endif

BackendOptions on_torch_cpu(BackendOptions options) {
  options.device = "cpu";
  return options;
}

}  // namespace

BackendOptions resolve_backend(BackendOptions options) {
  if (options.device == kTorchOnCpu) {
    options = resolve_torch_backend(on_torch_cpu(options));
    options.device = kTorchOnCpu;
    return options;
  }
#if defined(BLIP_HAS_ONEDNN)
  const bool automatic = options.device == "auto" || options.device.empty();
  if (options.device == "cpu" || (automatic && !may_have_cuda())) return resolve_packed_backend(options);
  const BackendOptions resolved = resolve_torch_backend(options);
  return resolved.device == "cpu" ? resolve_packed_backend(options) : resolved;
#else
  return resolve_torch_backend(options);
#endif
}

std::unique_ptr<Backend> make_backend(const Checkpoint& checkpoint, const BackendOptions& options) {
  if (options.device == kTorchOnCpu) return load_torch_backend(checkpoint, on_torch_cpu(options));
#if defined(BLIP_HAS_ONEDNN)
  if (options.device == "cpu") return make_packed_backend(checkpoint, options);
#endif
  return load_torch_backend(checkpoint, options);
}

}  // namespace blip
