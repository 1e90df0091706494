#include "tests/core/kernels/double_loops.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>

namespace blip::test {

Sums product(const std::vector<double>& x, const std::vector<double>& weights, std::int64_t rows, std::int64_t in,
             std::int64_t out) {
  Sums sums;
  sums.values.reserve(static_cast<std::size_t>(rows * out));
  sums.sizes.reserve(static_cast<std::size_t>(rows * out));
  constexpr std::int64_t kSideBySide = 4;
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t o = 0; o < out; ++o) {
      const double *a = x.data() + r * in, *b = weights.data() + o * in;
      double value[kSideBySide] = {}, size[kSideBySide] = {};
      for (std::int64_t i = 0; i < in; ++i) {
        value[i % kSideBySide] += a[i] * b[i];
        size[i % kSideBySide] += std::abs(a[i] * b[i]);
      }
      sums.values.push_back(value[0] + value[1] + value[2] + value[3]);
      sums.sizes.push_back(size[0] + size[1] + size[2] + size[3]);
    }
  }
  return sums;
}

double gelu(double x) {
  return x * std::erfc(-x * std::sqrt(0.5)) / 2;
}

double gelu_allowed(double x) {
  return std::abs(x) * (1.5e-7 / 2 + 8 * kFloatUnit);
}

std::vector<float> random_values(std::int64_t count, std::uint32_t seed) {
  std::vector<float> values(static_cast<std::size_t>(count));
  std::uint32_t state = seed * 2654435761u + 12345u;
  for (float& value : values) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    value = static_cast<float>(static_cast<std::int32_t>(state)) * 0x1p-31f;
  }
  return values;
}

std::vector<double> widened(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

BFloat16 to_bfloat16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if (std::isnan(value)) return static_cast<BFloat16>(bits >> 16 | 0x40);
  const std::uint32_t lower = bits & 0xffff, upper = bits >> 16;
  const bool up = lower > 0x8000 || (lower == 0x8000 && upper % 2 == 1);
  return static_cast<BFloat16>(upper + (up ? 1 : 0));
}

float from_bfloat16(BFloat16 bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

std::vector<std::byte> stored(const std::vector<float>& values, MatmulType type) {
  std::vector<std::byte> bytes(values.size() * static_cast<std::size_t>(element_bytes(type)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    switch (type) {
      case MatmulType::kFloat32:
        std::memcpy(bytes.data() + 4 * i, &values[i], 4);
        break;
      case MatmulType::kBFloat16: {
        const BFloat16 rounded = to_bfloat16(values[i]);
        std::memcpy(bytes.data() + 2 * i, &rounded, 2);
        break;
      }
      case MatmulType::kInt8:
        bytes[i] = static_cast<std::byte>(static_cast<std::int8_t>(values[i]));
        break;
    }
  }
  return bytes;
}

std::vector<float> representable(std::vector<float> values, MatmulType type) {
  for (float& value : values) {
    if (type == MatmulType::kBFloat16) value = from_bfloat16(to_bfloat16(value));
    if (type == MatmulType::kInt8) value = std::round(value * 127);
  }
  return values;
}

std::shared_ptr<void> aligned_bytes(std::int64_t bytes) {
  constexpr std::size_t kAlignment = 64;
  const std::size_t size = (static_cast<std::size_t>(bytes) + kAlignment - 1) / kAlignment * kAlignment;
  void* memory = std::aligned_alloc(kAlignment, std::max(size, kAlignment));
  if (memory == nullptr) throw std::bad_alloc();
  std::memset(memory, 0xa5, size);
  return {memory, std::free};
}

}  // namespace blip::test
