#include "core/kernels/vector_loops.h"

namespace blip {

namespace baseline {
extern const VectorLoops kLoops;
}
#if defined(__x86_64__)
namespace avx2 {
extern const VectorLoops kLoops;
}
namespace avx512 {
extern const VectorLoops kLoops;
}
#endif

const VectorLoops& vector_loops(CpuIsa isa) {
#if defined(__x86_64__)
  if (isa >= CpuIsa::kAvx512) return avx512::kLoops;
  if (isa >= CpuIsa::kAvx2) return avx2::kLoops;
#endif
  static_cast<void>(isa);
  return baseline::kLoops;
}

}  // namespace blip
