#include "core/model/load_weights.h"

#include "core/model/view_tensor.h"

namespace blip {

void load_weights(torch::nn::Module& model, const std::map<std::string, TensorView>& tensors,
                  const torch::Device& device, torch::ScalarType dtype) {
  load_weights(model, tensors, device, [dtype](const std::string&, const TensorView&) { return dtype; });
}

void load_weights(torch::nn::Module& model, const std::map<std::string, TensorView>& tensors,
                  const torch::Device& device, const WeightType& type) {
  torch::NoGradGuard no_grad;
  for (auto& parameter : model.named_parameters()) {
    const auto found = tensors.find(parameter.key());
    TORCH_CHECK(found != tensors.end(), "load_weights: the checkpoint has no ", parameter.key());
    const auto tensor = view_tensor(found->second);
    TORCH_CHECK(tensor.sizes() == parameter.value().sizes(), "load_weights: ", parameter.key(), " is ", tensor.sizes(),
                " but the model needs ", parameter.value().sizes());
    parameter.value().set_data(tensor.to(device, type(parameter.key(), found->second)));
  }
}

}  // namespace blip
