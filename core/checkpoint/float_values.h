#pragma once

#include <cstdint>
#include <vector>

#include "core/base/half_float.h"
#include "core/base/tensor_view.h"

namespace blip {

float bfloat16_to_float(std::uint16_t bfloat16) noexcept;

// The elements of a float32, float16 or bfloat16 tensor in storage order; throws Error(kUnsupported) for other types.
std::vector<float> float_values(const TensorView& tensor);

}  // namespace blip
