#include "training/model/load_parameters.h"

#include <regex>

#include "core/base/error.h"

namespace blip {
namespace {

torch::ScalarType scalar_type(const TensorView& view, const std::string& name) {
  switch (view.dtype) {
    case DType::kFloat32:
      return torch::kFloat32;
    case DType::kFloat16:
      return torch::kFloat16;
    case DType::kBFloat16:
      return torch::kBFloat16;
    case DType::kInt64:
      return torch::kInt64;
    default:
      throw Error(ErrorKind::kUnsupported, "tensor '" + name + "' is " + std::string(dtype_name(view.dtype)) +
                                               "; training starts from float32, float16, bfloat16 or int64");
  }
}

const TensorView* find(const Checkpoint& checkpoint, const std::string& name) {
  for (const auto* tensors : {&checkpoint.tensors, &checkpoint.training_state}) {
    const auto found = tensors->find(name);
    if (found != tensors->end()) return &found->second;
  }
  return nullptr;
}

// "…crossattention.self1.key.bias" -> "…crossattention.self.key.bias"; other names stay.
std::string plain_cross_attention(const std::string& name) {
  static const std::regex twin(R"((crossattention\.)(self|output\.dense)[01]\.)");
  return std::regex_replace(name, twin, "$1$2.");
}

}  // namespace

std::vector<std::string> load_parameters(const std::vector<NamedTensor>& tensors, const Checkpoint& checkpoint) {
  const torch::NoGradGuard no_grad;
  std::vector<std::string> not_found;
  for (const auto& [name, tensor] : tensors) {
    const TensorView* view = find(checkpoint, name);
    if (view == nullptr) view = find(checkpoint, plain_cross_attention(name));
    if (view == nullptr || !tensor.sizes().equals(view->shape)) {
      not_found.push_back(name);
      continue;
    }
    std::vector<char> aligned(view->byte_count());
    std::copy_n(static_cast<const char*>(view->data), aligned.size(), aligned.data());
    torch::Tensor(tensor).copy_(torch::from_blob(aligned.data(), view->shape, scalar_type(*view, name)));
  }
  return not_found;
}

}  // namespace blip
