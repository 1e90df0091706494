#include "core/checkpoint/float_values.h"

#include <bit>
#include <cstring>
#include <string>

#include "core/base/error.h"

namespace blip {

float bfloat16_to_float(std::uint16_t bfloat16) noexcept {
  return std::bit_cast<float>(std::uint32_t{bfloat16} << 16);
}

std::vector<float> float_values(const TensorView& tensor) {
  std::vector<float> values(static_cast<std::size_t>(tensor.element_count()));
  const auto* halves = static_cast<const std::uint16_t*>(tensor.data);
  switch (tensor.dtype) {
    case DType::kFloat32:
      std::memcpy(values.data(), tensor.data, tensor.byte_count());
      return values;
    case DType::kFloat16:
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = half_to_float(halves[i]);
      return values;
    case DType::kBFloat16:
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = bfloat16_to_float(halves[i]);
      return values;
    default:
      throw Error(ErrorKind::kUnsupported,
                  "cannot read a " + std::string(dtype_name(tensor.dtype)) + " tensor as float32");
  }
}

}  // namespace blip
