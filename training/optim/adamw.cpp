#include "training/optim/adamw.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <utility>

namespace blip {
namespace {

struct Rates {
  float decay;  // 1 - lr * weight_decay
  float beta1, beta2;
  float step_size;    // lr / (1 - beta1^t)
  float correction2;  // sqrt(1 - beta2^t)
  float eps;
};

constexpr std::int64_t kGrain = 1 << 14;

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
__attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3,no-math-errno")))
#endif
void update(float* value, const float* gradient, float* first, float* second, std::int64_t count, const Rates& rates) {
  const Rates r = rates;
  for (std::int64_t i = 0; i < count; ++i) {
    const float g = gradient[i];
    const float m = r.beta1 * first[i] + (1 - r.beta1) * g;
    const float v = r.beta2 * second[i] + (1 - r.beta2) * g * g;
    first[i] = m;
    second[i] = v;
    value[i] = value[i] * r.decay - r.step_size * m / (__builtin_sqrtf(v) / r.correction2 + r.eps);
  }
}

}  // namespace

AdamW::AdamW(FlatParameters& parameters, AdamWOptions options)
    : parameters_(parameters),
      options_(std::move(options)),
      exp_avg_(torch::zeros_like(parameters.values())),
      exp_avg_sq_(torch::zeros_like(parameters.values())) {
  const auto length = parameters.values().numel();
  std::size_t scaled = 0, spared = 0;
  for (const auto& slice : parameters.slices()) {
    const auto found = options_.lr_scales.find(slice.name);
    const bool has_scale = found != options_.lr_scales.end(), no_decay = options_.no_decay.contains(slice.name);
    scaled += has_scale ? 1 : 0;
    spared += no_decay ? 1 : 0;
    const Run run{slice.begin, length, has_scale ? found->second : 1, no_decay ? 0 : options_.weight_decay};
    if (!runs_.empty() && runs_.back().like(run)) continue;
    if (!runs_.empty()) runs_.back().end = run.begin;
    runs_.push_back(run);
  }
  TORCH_CHECK(scaled == options_.lr_scales.size(), "AdamW: lr_scales names ", options_.lr_scales.size(),
              " parameters, of which ", scaled, " are there");
  TORCH_CHECK(spared == options_.no_decay.size(), "AdamW: no_decay names ", options_.no_decay.size(),
              " parameters, of which ", spared, " are there");
}

void AdamW::step(double lr) {
  torch::NoGradGuard no_grad;
  ++steps_;
  const double correction1 = 1 - std::pow(options_.beta1, static_cast<double>(steps_));
  const double correction2 = std::sqrt(1 - std::pow(options_.beta2, static_cast<double>(steps_)));
  for (const Run& run : runs_) {
    const double rate = lr * run.lr_scale;
    const auto part = [&](torch::Tensor& tensor) { return tensor.narrow(0, run.begin, run.end - run.begin); };
    auto values = part(parameters_.values()), gradients = part(parameters_.gradients());
    auto first = part(exp_avg_), second = part(exp_avg_sq_);
    if (!values.device().is_cpu()) {
      values.mul_(1 - rate * run.weight_decay);
      first.mul_(options_.beta1).add_(gradients, 1 - options_.beta1);
      second.mul_(options_.beta2).addcmul_(gradients, gradients, 1 - options_.beta2);
      values.addcdiv_(first, second.sqrt().div_(correction2).add_(options_.eps), -rate / correction1);
      continue;
    }
    const Rates rates{static_cast<float>(1 - rate * run.weight_decay),
                      static_cast<float>(options_.beta1),
                      static_cast<float>(options_.beta2),
                      static_cast<float>(rate / correction1),
                      static_cast<float>(correction2),
                      static_cast<float>(options_.eps)};
    at::parallel_for(0, values.numel(), kGrain, [&](std::int64_t begin, std::int64_t end) {
      update(values.data_ptr<float>() + begin, gradients.data_ptr<float>() + begin, first.data_ptr<float>() + begin,
             second.data_ptr<float>() + begin, end - begin, rates);
    });
  }
}

}  // namespace blip
