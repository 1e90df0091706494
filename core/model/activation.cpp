#include "core/model/activation.h"

namespace blip {

torch::Tensor activate(const torch::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::kRelu:
      return torch::relu(x);
    case Activation::kGelu:
      return torch::gelu(x);
    case Activation::kGeluTanh:
      return torch::gelu(x, "tanh");
    case Activation::kQuickGelu:
      return x * torch::sigmoid(1.702 * x);
  }
  TORCH_CHECK(false, "unknown activation ", static_cast<int>(activation));
}

}  // namespace blip
