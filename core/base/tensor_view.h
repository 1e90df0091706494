#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace blip {

enum class DType { kFloat64, kFloat32, kFloat16, kBFloat16, kInt64, kInt32, kInt16, kInt8, kUInt8, kBool };

std::size_t dtype_size(DType dtype) noexcept;       // bytes of one element
std::string_view dtype_name(DType dtype) noexcept;  // "float32", as PyTorch spells it

// A dense, C-contiguous tensor in memory that `owner` keeps alive (a mapped file, or a buffer).
struct TensorView {
  const void* data = nullptr;
  DType dtype = DType::kFloat32;
  std::vector<std::int64_t> shape;  // empty = a scalar
  std::shared_ptr<const void> owner;

  std::int64_t element_count() const noexcept;
  std::size_t byte_count() const noexcept;
};

}  // namespace blip
