#include "training/optim/momentum_copy.h"

#include <ATen/Parallel.h>

namespace blip {

MomentumCopy::MomentumCopy(FlatParameters& parameters, const std::vector<NamedTensor>& copies) {
  const torch::NoGradGuard no_grad;
  TORCH_CHECK(!copies.empty() && copies.size() <= parameters.slices().size(), "MomentumCopy: ", copies.size(),
              " copies of ", parameters.slices().size(), " parameters");
  const auto& last = parameters.slices()[copies.size() - 1];
  const auto length = flat_layout({last.size}).back() + last.begin;
  source_ = parameters.values().narrow(0, 0, length);
  copy_ = torch::zeros_like(source_);
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const auto& slice = parameters.slices()[i];
    auto copy = copies[i].tensor;
    TORCH_CHECK(copy.numel() == slice.size, "MomentumCopy: ", copies[i].name, " has ", copy.numel(), " numbers but ",
                slice.name, " ", slice.size);
    auto view = copy_.narrow(0, slice.begin, slice.size).view(copy.sizes());
    view.copy_(copy);
    copy.set_data(view);
  }
}

void MomentumCopy::update(double momentum) {
  const torch::NoGradGuard no_grad;
  if (!copy_.device().is_cpu()) {
    copy_.mul_(momentum).add_(source_, 1 - momentum);
    return;
  }
  constexpr std::int64_t kGrain = 1 << 15;
  const float* source = source_.data_ptr<float>();
  float* copy = copy_.data_ptr<float>();
  const float keep = static_cast<float>(momentum), take = static_cast<float>(1 - momentum);
  at::parallel_for(0, copy_.numel(), kGrain, [=](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) copy[i] = copy[i] * keep + source[i] * take;
  });
}

void MomentumCopy::assign() {
  const torch::NoGradGuard no_grad;
  copy_.copy_(source_);
}

}  // namespace blip
