#pragma once

#include "core/model/torch_compat.h"

namespace blip {

// torch::linear(x, weight, bias) in x's type for a weight that is stored in 16 bits: some rows of it at a time are
// brought to x's type, so that no whole copy of it is ever there. x [..., in]; weight [out, in]; bias [out] or
// undefined. Undefined where the weight's type is x's, or is no 16-bit one.
torch::Tensor converted_linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias);

// torch::linear(x, weight, bias), bias undefined or [out], by whichever product is fastest for what is given.
torch::Tensor apply_linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias);

}  // namespace blip
