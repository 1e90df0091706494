#include "training/trainer/half_tensors.h"

#include "training/trainer/tensor_bytes.h"

namespace blip {

TensorMap half_tensors(const TensorMap& tensors) {
  TensorMap halves;
  for (const auto& [name, view] : tensors) {
    const bool whole = view.dtype == DType::kFloat32;
    halves.emplace(name, !whole ? view
                                : view_of(torch::from_blob(const_cast<void*>(view.data), view.shape,
                                                           torch::TensorOptions().dtype(torch::kFloat32))
                                              .to(torch::kHalf)));
  }
  return halves;
}

}  // namespace blip
