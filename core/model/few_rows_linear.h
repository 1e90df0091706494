#pragma once

#include "core/model/torch_compat.h"

namespace blip {

// More rows than this are a matrix product for the BLAS.
inline constexpr int64_t kFewRows = 32;

// x W^T + b for a few rows: a step of decoding, a short text. A BLAS brings all of W into its own order first, which
// for few rows takes longer than the product; here W is read once, as it lies. Sums are of 8 lanes by fused
// multiply-add.
// x [..., in]; weight [out, in]; bias [out] or undefined. Undefined where it does not apply: many rows, another device
// or type than float32 on a CPU with AVX2, where gradients are asked for.
torch::Tensor few_rows_linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias);

}  // namespace blip
