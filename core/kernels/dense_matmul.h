#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "core/base/tensor_view.h"

namespace blip {

// C [m, n] = op(A) [m, k] op(B) [k, n] (+ C) (+ bias), all row-major, with float32 sums and result.
struct DenseMatmulShape {
  std::int64_t m = 0, n = 0, k = 0;
  bool a_transposed = false;               // A lies in memory as [k, m]
  bool b_transposed = false;               // B lies in memory as [n, k]
  std::int64_t lda = 0, ldb = 0, ldc = 0;  // elements from a row in memory to the next; 0 = rows without gaps
  bool accumulate = false;                 // add to what C holds
  DType dtype = DType::kFloat32;           // of A and B: kFloat32 or kBFloat16

  auto operator<=>(const DenseMatmulShape&) const = default;
};

// The product of matrices that change from call to call, as in training: nothing is packed ahead. Runs on the calling
// thread's OpenMP threads; what it prepares for a shape is kept for the shapes used last, its scratch memory with the
// thread. Safe from any thread. a, b: elements of shape.dtype; bias [n] or null; c does not overlap them. With m, n or
// k of 0 nothing is read but the bias. Throws Error: kInvalidArgument for sizes, strides or pointers that make no
// product, kUnsupported where this CPU cannot multiply the type.
void dense_matmul(const DenseMatmulShape& shape, const void* a, const void* b, const float* bias, float* c);

// oneDNN's name of what would compute it, empty where nothing can; "ref…" is its plain loop.
std::string dense_matmul_implementation(const DenseMatmulShape& shape, bool bias);

}  // namespace blip
