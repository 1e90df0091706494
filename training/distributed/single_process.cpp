#include "training/distributed/single_process.h"

namespace blip {

torch::Tensor SingleProcess::gather(const torch::Tensor& tensor) {
  return tensor.detach();
}

torch::Tensor SingleProcess::gather_with_grad(const torch::Tensor& tensor) {
  return tensor;
}

}  // namespace blip
