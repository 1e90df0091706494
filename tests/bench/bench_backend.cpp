#include "tests/bench/bench_backend.h"

#include "core/engine/backend_loader.h"

namespace blip::bench {

std::unique_ptr<Backend> open_bench_backend(const Checkpoint& checkpoint, const std::string& precision) {
  BackendOptions options;
  options.device = "cpu";
  options.precision = precision == "libtorch" ? "float32" : precision;
  return load_torch_backend(checkpoint, options);
}

}  // namespace blip::bench
