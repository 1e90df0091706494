#include "training/model/model_init.h"

#include <cmath>
#include <set>
#include <string>

namespace blip {
namespace {

constexpr double kDeviation = 0.02;

// torch.nn.Linear's and Conv2d's default: uniform within 1 / sqrt(inputs).
void draw_uniform(torch::Tensor& weight, int64_t inputs) {
  const double bound = 1 / std::sqrt(static_cast<double>(inputs));
  weight.uniform_(-bound, bound);
}

// A normal distribution cut at two (absolute): with a deviation of 0.02, a normal distribution.
void draw_normal(torch::Tensor& weight) {
  weight.normal_(0, kDeviation).clamp_(-2, 2);
}

bool has_default_init(const std::string& name) {
  for (const char* prefix : {"vision_proj.", "text_proj.", "itm_head.", "cls_head.", "visual_encoder.patch_embed."}) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

}  // namespace

void draw_weights(Blip& model) {
  const torch::NoGradGuard no_grad;
  std::set<const void*> drawn;
  int64_t inputs = 1;  // of the Linear whose bias comes next
  for (auto& parameter : model->named_parameters()) {
    auto& tensor = parameter.value();
    const std::string& name = parameter.key();
    if (!drawn.insert(tensor.unsafeGetTensorImpl()).second) continue;
    const bool is_bias = name.ends_with(".bias");
    if (has_default_init(name)) {
      if (!is_bias) inputs = tensor.numel() / tensor.size(0);
      draw_uniform(tensor, inputs);
    } else if (is_bias) {
      tensor.zero_();
    } else if (tensor.dim() == 1) {
      tensor.fill_(1);
    } else {
      draw_normal(tensor);
    }
  }
}

}  // namespace blip
