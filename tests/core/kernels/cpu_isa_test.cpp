#include "core/kernels/cpu_isa.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>

namespace blip::test {
namespace {

CpuIsa of_the_cpu() {
#if defined(__x86_64__)
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  const bool vnni = avx512 && __builtin_cpu_supports("avx512vnni");
  if (vnni && __builtin_cpu_supports("avx512bf16")) return CpuIsa::kAvx512Bf16;
  if (vnni) return CpuIsa::kAvx512Vnni;
  if (avx512) return CpuIsa::kAvx512;
  if (__builtin_cpu_supports("avx2")) return CpuIsa::kAvx2;
#endif
  return CpuIsa::kBaseline;
}

// What the environment lets oneDNN use, as CTest sets it for further runs of this program.
CpuIsa most_allowed() {
  const char* named = std::getenv("ONEDNN_MAX_CPU_ISA");
  const std::string name = named == nullptr ? "" : named;
  if (name == "SSE41") return CpuIsa::kBaseline;
  if (name == "AVX2") return CpuIsa::kAvx2;
  if (name == "AVX512_CORE") return CpuIsa::kAvx512;
  return CpuIsa::kAvx512Bf16;
}

TEST(CpuIsa, IsTheLesserOfWhatTheCpuHasAndWhatTheEnvironmentAllows) {
  EXPECT_EQ(cpu_isa_name(cpu_isa()), std::string(cpu_isa_name(std::min(of_the_cpu(), most_allowed()))));
}

TEST(CpuIsa, NamesAreDistinct) {
  std::set<std::string> names;
  for (const auto isa : {CpuIsa::kBaseline, CpuIsa::kAvx2, CpuIsa::kAvx512, CpuIsa::kAvx512Vnni, CpuIsa::kAvx512Bf16})
    names.insert(cpu_isa_name(isa));
  EXPECT_EQ(names.size(), 5u);
}

}  // namespace
}  // namespace blip::test
