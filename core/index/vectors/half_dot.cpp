#include "core/index/vectors/half_dot.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace blip {

namespace baseline {
extern const HalfDots kHalfDots;
}
#if defined(__x86_64__)
namespace avx2 {
extern const HalfDots kHalfDots;
}
namespace avx512 {
extern const HalfDots kHalfDots;
}

namespace {

// clang 14 does not know this name in __builtin_cpu_supports.
bool has_f16c() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}

}  // namespace
#endif

std::vector<DotIsa> dot_isas() {
  std::vector<DotIsa> isas = {DotIsa::kBaseline};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c()) {
    isas.push_back(DotIsa::kAvx2);
    if (__builtin_cpu_supports("avx512f")) isas.push_back(DotIsa::kAvx512);
  }
#endif
  return isas;
}

const char* name_of(DotIsa isa) noexcept {
  switch (isa) {
    case DotIsa::kAvx512:
      return "AVX-512";
    case DotIsa::kAvx2:
      return "AVX2";
    case DotIsa::kBaseline:
      break;
  }
  return "baseline";
}

HalfDots half_dots(DotIsa isa) {
#if defined(__x86_64__)
  if (isa == DotIsa::kAvx512) return avx512::kHalfDots;
  if (isa == DotIsa::kAvx2) return avx2::kHalfDots;
#endif
  static_cast<void>(isa);
  return baseline::kHalfDots;
}

HalfDots half_dots() {
  static const HalfDots best = half_dots(dot_isas().back());
  return best;
}

}  // namespace blip
