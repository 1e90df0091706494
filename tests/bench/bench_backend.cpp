#include "tests/bench/bench_backend.h"

#include "core/engine/backend_choice.h"

namespace blip::bench {

std::unique_ptr<Backend> open_bench_backend(const Checkpoint& checkpoint, const std::string& precision) {
  BackendOptions options;
  options.device = precision == "libtorch" ? "torch" : "cpu";
  options.precision = precision == "libtorch" ? "float32" : precision;
  return make_backend(checkpoint, resolve_backend(options));
}

}  // namespace blip::bench
