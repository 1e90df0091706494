#include "core/checkpoint/tensor_map.h"

namespace blip {

std::optional<std::size_t> checked_byte_count(DType dtype, const std::vector<std::int64_t>& shape) noexcept {
  auto count = static_cast<std::int64_t>(dtype_size(dtype));
  for (const std::int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(count, size, &count)) return std::nullopt;
  }
  return static_cast<std::size_t>(count);
}

}  // namespace blip
