#include "core/kernels/cpu_isa.h"

#include <dnnl.hpp>

namespace blip {
namespace {

CpuIsa find_isa() {
#if defined(__x86_64__)
  const auto allowed = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  const auto has = [&](dnnl::cpu_isa isa) {
    return (allowed & static_cast<unsigned>(isa)) == static_cast<unsigned>(isa);
  };
  if (has(dnnl::cpu_isa::avx512_core_bf16)) return CpuIsa::kAvx512Bf16;
  if (has(dnnl::cpu_isa::avx512_core_vnni)) return CpuIsa::kAvx512Vnni;
  if (has(dnnl::cpu_isa::avx512_core)) return CpuIsa::kAvx512;
  if (has(dnnl::cpu_isa::avx2)) return CpuIsa::kAvx2;
#endif
  return CpuIsa::kBaseline;
}

}  // namespace

CpuIsa cpu_isa() {
  static const CpuIsa isa = find_isa();
  return isa;
}

const char* cpu_isa_name(CpuIsa isa) noexcept {
  switch (isa) {
    case CpuIsa::kAvx512Bf16:
      return "AVX-512 bf16";
    case CpuIsa::kAvx512Vnni:
      return "AVX-512 VNNI";
    case CpuIsa::kAvx512:
      return "AVX-512";
    case CpuIsa::kAvx2:
      return "AVX2";
    case CpuIsa::kBaseline:
      break;
  }
  return "baseline";
}

}  // namespace blip
