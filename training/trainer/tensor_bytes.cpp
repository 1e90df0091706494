#include "training/trainer/tensor_bytes.h"

#include "core/base/error.h"

namespace blip {
namespace {

DType dtype_of(torch::ScalarType type) {
  switch (type) {
    case torch::kFloat64:
      return DType::kFloat64;
    case torch::kFloat32:
      return DType::kFloat32;
    case torch::kFloat16:
      return DType::kFloat16;
    case torch::kBFloat16:
      return DType::kBFloat16;
    case torch::kInt64:
      return DType::kInt64;
    case torch::kInt32:
      return DType::kInt32;
    case torch::kUInt8:
      return DType::kUInt8;
    case torch::kBool:
      return DType::kBool;
    default:
      throw Error(ErrorKind::kUnsupported, std::string("tensors of type ") + torch::toString(type) + " are not saved");
  }
}

}  // namespace

TensorView view_of(const torch::Tensor& tensor) {
  const auto dense = std::make_shared<const torch::Tensor>(tensor.detach().to(torch::kCPU).contiguous());
  TensorView view;
  view.data = dense->data_ptr();
  view.dtype = dtype_of(dense->scalar_type());
  view.shape = dense->sizes().vec();
  view.owner = dense;
  return view;
}

std::string shape_text(const TensorView& view) {
  std::string text(dtype_name(view.dtype));
  for (std::size_t i = 0; i < view.shape.size(); ++i) text += (i == 0 ? " [" : ", ") + std::to_string(view.shape[i]);
  return text + (view.shape.empty() ? " scalar" : "]");
}

void copy_into(torch::Tensor tensor, const TensorView& view, const std::string& name) {
  torch::NoGradGuard no_grad;
  const TensorView target{nullptr, dtype_of(tensor.scalar_type()), tensor.sizes().vec(), nullptr};
  if (target.dtype != view.dtype || target.shape != view.shape) {
    throw Error(ErrorKind::kInvalidData,
                "'" + name + "' is " + shape_text(view) + " but the model needs " + shape_text(target));
  }
  const auto source =
      torch::from_blob(const_cast<void*>(view.data), view.shape, torch::TensorOptions().dtype(tensor.scalar_type()));
  tensor.copy_(source);
}

}  // namespace blip
