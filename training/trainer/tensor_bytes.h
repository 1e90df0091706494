#pragma once

#include "core/base/tensor_view.h"
#include "core/model/torch_compat.h"

namespace blip {

// A view of the tensor's numbers on the CPU; shares them where they are there and contiguous, and keeps them alive.
// Throws Error(kUnsupported) for a type that TensorView has not.
TensorView view_of(const torch::Tensor& tensor);

// Copies the view's numbers into a tensor of the same shape and type. Throws Error(kInvalidData) naming `name` and both
// sides otherwise.
void copy_into(torch::Tensor tensor, const TensorView& view, const std::string& name);

// "float32 [2, 3]"
std::string shape_text(const TensorView& view);

}  // namespace blip
