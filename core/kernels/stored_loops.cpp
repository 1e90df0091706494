#include "core/kernels/stored_loops.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace blip {

namespace baseline {
extern const StoredLoops kStoredLoops;
}
#if defined(__x86_64__)
namespace avx2 {
extern const StoredLoops kStoredLoops;
}
namespace avx512vnni {
extern const StoredLoops kStoredLoops;
}

namespace {

// clang 14 does not know this name in __builtin_cpu_supports.
bool has_f16c() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}

}  // namespace
#endif

const StoredLoops& stored_loops(CpuIsa isa) {
#if defined(__x86_64__)
  static const bool f16c = has_f16c();
  if (f16c && isa >= CpuIsa::kAvx512Vnni) return avx512vnni::kStoredLoops;
  if (f16c && isa >= CpuIsa::kAvx2) return avx2::kStoredLoops;
#endif
  static_cast<void>(isa);
  return baseline::kStoredLoops;
}

}  // namespace blip
