#include "core/engine/packed_backend/packed_precision.h"

#include "core/base/error.h"
#include "core/kernels/cpu_isa.h"

namespace blip {

PackedPrecision packed_precision(const std::string& name) {
  if (name == "auto" || name.empty() || name == "float32") return {"float32", Precision::kFloat32, {}, {}};
  if (name == "bfloat16") {
    if (cpu_isa() >= CpuIsa::kAvx512) return {name, Precision::kBFloat16, {}, {}};
    throw Error(ErrorKind::kUnsupported, std::string("precision 'bfloat16' needs a CPU with AVX-512, this one has ") +
                                             cpu_isa_name(cpu_isa()) + "; use float32 or int8");
  }
  if (name == "int8") return {name, Precision::kInt8, WeightForm::kInt8, WeightForm::kInt8};
  if (name == "int4") return {name, Precision::kInt8, WeightForm::kInt4, WeightForm::kInt8};
  if (name == "float16") {
    throw Error(ErrorKind::kUnsupported,
                "precision 'float16' needs a CUDA device; use float32, bfloat16 or int8 on the CPU");
  }
  throw Error(ErrorKind::kInvalidArgument,
              "precision '" + name + "' is none of auto, float32, bfloat16, float16, int8, int4");
}

}  // namespace blip
