#include "training/optim/flat_parameters.h"

namespace blip {

std::vector<std::int64_t> flat_layout(const std::vector<std::int64_t>& sizes) {
  constexpr std::int64_t kAlignment = 16;
  std::vector<std::int64_t> begins{0};
  for (const auto size : sizes) begins.push_back(begins.back() + (size + kAlignment - 1) / kAlignment * kAlignment);
  return begins;
}

FlatParameters::FlatParameters(const std::vector<NamedTensor>& parameters) {
  torch::NoGradGuard no_grad;
  TORCH_CHECK(!parameters.empty(), "FlatParameters: no parameters");
  std::vector<std::int64_t> sizes;
  for (const auto& [name, tensor] : parameters) {
    TORCH_CHECK(tensor.requires_grad() && tensor.is_leaf(), "FlatParameters: ", name, " is no trained parameter");
    TORCH_CHECK(tensor.scalar_type() == torch::kFloat32, "FlatParameters: ", name, " is ", tensor.scalar_type());
    TORCH_CHECK(tensor.device() == parameters.front().tensor.device(), "FlatParameters: ", name, " is on ",
                tensor.device());
    sizes.push_back(tensor.numel());
  }
  const auto begins = flat_layout(sizes);
  values_ = torch::zeros({begins.back()}, parameters.front().tensor.options().requires_grad(false));
  gradients_ = torch::zeros_like(values_);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    auto parameter = parameters[i].tensor;
    auto values = values_.narrow(0, begins[i], sizes[i]).view(parameter.sizes());
    values.copy_(parameter);
    parameter.set_data(values);
    parameter.mutable_grad() = gradients_.narrow(0, begins[i], sizes[i]).view(parameter.sizes());
    slices_.push_back({parameters[i].name, begins[i], sizes[i]});
  }
}

std::int64_t FlatParameters::parameter_count() const noexcept {
  std::int64_t count = 0;
  for (const Slice& slice : slices_) count += slice.size;
  return count;
}

void FlatParameters::zero_gradients() {
  gradients_.zero_();
}

double FlatParameters::gradient_norm() const {
  return gradients_.norm().item<double>();
}

void FlatParameters::clip_gradients(double norm, double max_norm) {
  const double factor = max_norm / (norm + 1e-6);
  if (factor < 1) gradients_.mul_(factor);
}

}  // namespace blip
