#pragma once

#include "core/model/torch_compat.h"

namespace blip {

// Below this many multiplications a product is left to LibTorch, whose BLAS starts no second thread for so few.
inline constexpr int64_t kOneDnnLeastProducts = 1 << 20;

// torch::linear(x, weight, bias) for training: the product and both products of its gradient on oneDNN's matmul, which
// multiplies about twice as fast as Debian's BLAS. Gradients are those of torch::linear within rounding; a second
// derivative is refused. x [..., in]; weight [out, in]; bias [out]. Undefined where it does not apply: a build without
// oneDNN, another device or type than float32 on the CPU (autocast included), fewer multiplications than `least`.
torch::Tensor onednn_linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                            int64_t least = kOneDnnLeastProducts);

}  // namespace blip
