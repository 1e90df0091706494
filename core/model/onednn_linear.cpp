#include "core/model/onednn_linear.h"

#ifdef BLIP_ONEDNN

#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/kernels/dense_matmul.h"

namespace blip {
namespace {

using torch::autograd::variable_list;

// Rows that dense_matmul can read: [m, n], each without gaps.
torch::Tensor readable(const torch::Tensor& matrix) {
  const bool rows = matrix.stride(1) == 1 && matrix.stride(0) >= matrix.size(1);
  return rows ? matrix : matrix.contiguous();
}

torch::Tensor as_rows(const torch::Tensor& x) {
  return readable(x.reshape({-1, x.size(-1)}));
}

// op(a) op(b), one of the two transposed, or none.
torch::Tensor product(const torch::Tensor& a, const torch::Tensor& b, bool a_transposed, bool b_transposed,
                      const float* bias = nullptr) {
  DenseMatmulShape shape;
  shape.m = a.size(a_transposed ? 1 : 0);
  shape.k = a.size(a_transposed ? 0 : 1);
  shape.n = b.size(b_transposed ? 0 : 1);
  shape.a_transposed = a_transposed;
  shape.b_transposed = b_transposed;
  shape.lda = a.stride(0);
  shape.ldb = b.stride(0);
  auto c = torch::empty({shape.m, shape.n}, a.options());
  dense_matmul(shape, a.data_ptr<float>(), b.data_ptr<float>(), bias, c.data_ptr<float>());
  return c;
}

torch::Tensor forward_product(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias) {
  auto sizes = x.sizes().vec();
  sizes.back() = weight.size(0);
  const auto shift = bias.contiguous();
  return product(as_rows(x), readable(weight), false, true, shift.data_ptr<float>()).view(sizes);
}

struct OneDnnLinear : torch::autograd::Function<OneDnnLinear> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                               const torch::Tensor& weight, const torch::Tensor& bias) {
    // Each is kept for the gradient of the other.
    context->save_for_backward(
        {weight.requires_grad() ? x : torch::Tensor(), x.requires_grad() ? weight : torch::Tensor()});
    context->saved_data["bias"] = bias.requires_grad();
    return forward_product(x, weight, bias);
  }

  static variable_list backward(torch::autograd::AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!torch::GradMode::is_enabled(),
                "linear on oneDNN has no second derivative; take LibTorch's (Linear::set_product)");
    const auto saved = context->get_saved_variables();
    const torch::Tensor &x = saved[0], &weight = saved[1],
                        &gradient = gradients[0];  // [..., in], [out, in], [..., out]
    const auto rows = as_rows(gradient);
    torch::Tensor of_x, of_weight, of_bias;
    if (weight.defined()) {
      auto sizes = gradient.sizes().vec();
      sizes.back() = weight.size(1);
      of_x = product(rows, readable(weight), false, false).view(sizes);
    }
    if (x.defined()) of_weight = product(rows, as_rows(x), true, false);
    if (context->saved_data["bias"].toBool()) of_bias = rows.sum(0);
    return {of_x, of_weight, of_bias};
  }
};

bool applies(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias, int64_t least) {
  const auto plain = [](const torch::Tensor& tensor) {
    return tensor.device().is_cpu() && tensor.scalar_type() == torch::kFloat32 && tensor.layout() == torch::kStrided;
  };
  return plain(x) && plain(weight) && plain(bias) && x.dim() > 0 && x.size(-1) == weight.size(1) && x.numel() > 0 &&
         x.numel() * weight.size(0) >= least && !at::autocast::is_cpu_enabled();
}

}  // namespace

torch::Tensor onednn_linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                            int64_t least) {
  if (!applies(x, weight, bias, least)) return {};
  const bool learns = x.requires_grad() || weight.requires_grad() || bias.requires_grad();
  if (!torch::GradMode::is_enabled() || !learns) return forward_product(x, weight, bias);
  return OneDnnLinear::apply(x, weight, bias);
}

}  // namespace blip

#else

namespace blip {

torch::Tensor onednn_linear(const torch::Tensor&, const torch::Tensor&, const torch::Tensor&, int64_t) {
  return {};
}

}  // namespace blip

#endif
