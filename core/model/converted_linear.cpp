#include "core/model/converted_linear.h"

#include <ATen/autocast_mode.h>
#include <torch/nn/functional/linear.h>

#include <algorithm>
#include <vector>

#include "core/model/few_rows_linear.h"

namespace blip {
namespace {

constexpr int64_t kTogether = int64_t{1} << 21;  // weights that are brought to another type at once

}  // namespace

torch::Tensor converted_linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias) {
  const auto stored = weight.scalar_type(), wanted = x.scalar_type();
  if (stored == wanted || (stored != torch::kFloat16 && stored != torch::kBFloat16)) return {};
  const int64_t rows = std::max<int64_t>(1, kTogether / std::max<int64_t>(1, weight.size(1)));
  std::vector<torch::Tensor> parts;
  for (int64_t begin = 0; begin < weight.size(0); begin += rows) {
    const int64_t count = std::min(rows, weight.size(0) - begin);
    parts.push_back(torch::linear(x, weight.narrow(/*dim=*/0, begin, count).to(wanted)));
  }
  const auto product = torch::cat(parts, /*dim=*/-1);
  return bias.defined() ? product + bias.to(wanted) : product;
}

torch::Tensor apply_linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias) {
  const auto few = few_rows_linear(x, weight, bias);
  if (few.defined()) return few;
  const auto converted = at::autocast::is_enabled() || at::autocast::is_cpu_enabled()
                             ? torch::Tensor{}
                             : converted_linear(x, weight, bias);
  return converted.defined() ? converted : torch::linear(x, weight, bias);
}

}  // namespace blip
