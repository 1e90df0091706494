#include "core/model/load_weights.h"

#include <cstdint>
#include <cstring>

namespace blip {
namespace {

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

// A tensor over the view's own memory where LibTorch can read it in place, else a copy.
torch::Tensor as_tensor(const TensorView& view) {
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

}  // namespace

void load_weights(torch::nn::Module& model, const std::map<std::string, TensorView>& tensors,
                  const torch::Device& device, torch::ScalarType dtype) {
  torch::NoGradGuard no_grad;
  for (auto& parameter : model.named_parameters()) {
    const auto found = tensors.find(parameter.key());
    TORCH_CHECK(found != tensors.end(), "load_weights: the checkpoint has no ", parameter.key());
    const auto tensor = as_tensor(found->second);
    TORCH_CHECK(tensor.sizes() == parameter.value().sizes(), "load_weights: ", parameter.key(), " is ", tensor.sizes(),
                " but the model needs ", parameter.value().sizes());
    parameter.value().set_data(tensor.to(device, dtype));
  }
}

}  // namespace blip
