#pragma once

#include <torch/types.h>

#include "core/base/tensor_view.h"

namespace blip {

torch::ScalarType scalar_type(DType dtype);

// A tensor on the CPU over the view's own memory, which it keeps alive, where LibTorch can read it in place; else a
// copy. Same shape and dtype.
torch::Tensor view_tensor(const TensorView& view);

}  // namespace blip
