#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/kernels/matmul.h"
#include "core/kernels/vector_loops.h"

namespace blip::test {

// What one rounding to the nearest changes a value by at most, as a part of it.
inline constexpr double kFloatUnit = 0x1p-24;
inline constexpr double kBFloat16Unit = 0x1p-8;

// Sums in double precision with the sums of their terms' absolute values: in float32, in any order, a sum of n products
// is off by at most (n + 1) * kFloatUnit * size, to first order.
struct Sums {
  std::vector<double> values, sizes;
};
// y [rows, out] = x [rows, in] W^T; W [out, in].
Sums product(const std::vector<double>& x, const std::vector<double>& weights, std::int64_t rows, std::int64_t in,
             std::int64_t out);

double gelu(double x);
// How far a float32 GELU by Abramowitz and Stegun's 7.1.26 (erf to within 1.5e-7) may be off at x.
double gelu_allowed(double x);
inline constexpr double kGeluSlope = 1.13;  // its largest derivative

// Uniform in [-1, 1), the same for the same seed.
std::vector<float> random_values(std::int64_t count, std::uint32_t seed);
std::vector<double> widened(const std::vector<float>& values);

// The plain rule: to the nearest, ties to even, a NaN stays one.
BFloat16 to_bfloat16(float value);
float from_bfloat16(BFloat16 bits);
// Values as arrays of the type; integers in float for kInt8. And what is left of them when they are read back.
std::vector<std::byte> stored(const std::vector<float>& values, MatmulType type);
std::vector<float> representable(std::vector<float> values, MatmulType type);

// Aligned to 64; holds 0xa5 everywhere.
std::shared_ptr<void> aligned_bytes(std::int64_t bytes);

}  // namespace blip::test
