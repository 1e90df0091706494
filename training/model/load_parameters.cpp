#include "training/model/load_parameters.h"

#include <regex>

#include "core/base/error.h"
#include "core/model/view_tensor.h"

namespace blip {
namespace {

const TensorView* find(const Checkpoint& checkpoint, const std::string& name) {
  for (const auto* tensors : {&checkpoint.tensors, &checkpoint.training_state}) {
    const auto found = tensors->find(name);
    if (found != tensors->end()) return &found->second;
  }
  return nullptr;
}

void expect_numbers(const TensorView& view, const std::string& name) {
  for (const DType known : {DType::kFloat32, DType::kFloat16, DType::kBFloat16, DType::kInt64}) {
    if (view.dtype == known) return;
  }
  throw Error(ErrorKind::kUnsupported, "tensor '" + name + "' is " + std::string(dtype_name(view.dtype)) +
                                           "; training starts from float32, float16, bfloat16 or int64");
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
    expect_numbers(*view, name);
    torch::Tensor(tensor).copy_(view_tensor(*view));
  }
  return not_found;
}

}  // namespace blip
