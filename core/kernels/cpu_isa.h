#pragma once

namespace blip {

// Instruction sets that make a difference here, each with those before it.
enum class CpuIsa { kBaseline, kAvx2, kAvx512, kAvx512Vnni, kAvx512Bf16 };

// What this CPU has and oneDNN may use: ONEDNN_MAX_CPU_ISA lowers it, for all of core/kernels.
CpuIsa cpu_isa();
const char* cpu_isa_name(CpuIsa isa) noexcept;  // "AVX-512 VNNI"

}  // namespace blip
