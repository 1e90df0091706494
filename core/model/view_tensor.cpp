#include "core/model/view_tensor.h"

#include <cstdint>
#include <cstring>

namespace blip {

torch::ScalarType scalar_type(DType dtype) {
  switch (dtype) {
    case DType::kFloat64:
      return torch::kFloat64;
    case DType::kFloat32:
      return torch::kFloat32;
    case DType::kFloat16:
      return torch::kFloat16;
    case DType::kBFloat16:
      return torch::kBFloat16;
    case DType::kInt64:
      return torch::kInt64;
    case DType::kInt32:
      return torch::kInt32;
    case DType::kInt16:
      return torch::kInt16;
    case DType::kInt8:
      return torch::kInt8;
    case DType::kUInt8:
      return torch::kUInt8;
    case DType::kBool:
      return torch::kBool;
  }
  TORCH_CHECK(false, "unknown dtype ", static_cast<int>(dtype));
}

torch::Tensor view_tensor(const TensorView& view) {
  const auto type = scalar_type(view.dtype);
  const auto owner = view.owner;
  if (reinterpret_cast<std::uintptr_t>(view.data) % dtype_size(view.dtype) == 0) {
    return torch::from_blob(
        const_cast<void*>(view.data), view.shape, [owner](void*) {}, type);
  }
  auto copy = torch::empty(view.shape, type);
  std::memcpy(copy.data_ptr(), view.data, view.byte_count());
  return copy;
}

}  // namespace blip
