#include "core/model/onednn_linear.h"

#include <ATen/autocast_mode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/nn/functional/linear.h>
#include <torch/utils.h>

#include "core/model/layers.h"

namespace blip::test {
namespace {

struct Derivatives {
  torch::Tensor y, of_x, of_weight, of_bias;
};

using LinearFunction = torch::Tensor (*)(const torch::Tensor&, const torch::Tensor&, const torch::Tensor&);

torch::Tensor product(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias) {
  return onednn_linear(x, weight, bias);
}

torch::Tensor reference(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias) {
  return torch::linear(x, weight, bias);
}

// y and the gradients of sum(y * direction).
Derivatives derive(LinearFunction linear, torch::ScalarType type, const torch::Tensor& x, const torch::Tensor& weight,
                   const torch::Tensor& bias, const torch::Tensor& direction) {
  const auto leaf = [&](const torch::Tensor& tensor) { return tensor.detach().to(type).requires_grad_(true); };
  const auto a = leaf(x), b = leaf(weight), c = leaf(bias);
  const auto y = linear(a, b, c);
  if (!y.defined()) return {};
  y.backward(direction.to(type));
  return {y.detach(), a.grad(), b.grad(), c.grad()};
}

double difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a.to(torch::kFloat64) - b.to(torch::kFloat64)).abs().max().item<double>();
}

// Sums of products in any order are off by at most (terms + 1) * 2^-24 * sum |a b| to first order.
void expect_equal(const Derivatives& found, const Derivatives& exact, const Derivatives& sizes) {
  const auto rows = found.y.numel() / found.y.size(-1);
  const auto expect_near = [](const char* what, const torch::Tensor& is, const torch::Tensor& wanted,
                              const torch::Tensor& size, int64_t terms) {
    EXPECT_EQ(is.sizes(), wanted.sizes()) << what;
    const auto allowed = size * std::ldexp(static_cast<double>(terms + 2), -24);
    EXPECT_TRUE(((is.to(torch::kFloat64) - wanted).abs() <= allowed).all().item<bool>()) << what << is.sizes();
  };
  expect_near("y ", found.y, exact.y, sizes.y, found.of_x.size(-1));
  expect_near("gradient of x ", found.of_x, exact.of_x, sizes.of_x, found.y.size(-1));
  expect_near("gradient of weight ", found.of_weight, exact.of_weight, sizes.of_weight, rows);
  expect_near("gradient of bias ", found.of_bias, exact.of_bias, sizes.of_bias, rows);
}

class OneDnnLinear : public testing::Test {
 protected:
  void SetUp() override {
    torch::manual_seed(1);
    x_ = torch::randn({130, 96});
    weight_ = torch::randn({100, 96});
    bias_ = torch::randn({100});
    if (!onednn_linear(x_, weight_, bias_).defined())
      GTEST_SKIP() << "built without oneDNN: LibTorch computes the layer, and layers_test.cpp covers it";
  }
  torch::Tensor x_, weight_, bias_;
};

TEST_F(OneDnnLinear, AgreesWithLibTorchInDoublePrecision) {
  struct Size {
    std::vector<int64_t> leading;
    int64_t in, out;
  };
  for (const Size& size : {Size{{130}, 96, 100},
                           {{4, 33}, 96, 288},
                           {{2, 3, 30}, 384, 96},
                           {{16}, 768, 768},
                           {{2, 11}, 96, 1001},
                           {{1}, 1024, 1024},
                           {{4096}, 16, 16},
                           {{2000, 1}, 1, 600}}) {
    auto sizes = size.leading;
    sizes.push_back(size.in);
    const auto x = torch::randn(sizes), weight = torch::randn({size.out, size.in}), bias = torch::randn({size.out});
    sizes.back() = size.out;
    const auto direction = torch::randn(sizes);
    const Derivatives found = derive(product, torch::kFloat32, x, weight, bias, direction);
    const Derivatives exact = derive(reference, torch::kFloat64, x, weight, bias, direction);
    ASSERT_TRUE(found.y.defined()) << x.sizes() << " -> " << size.out;
    expect_equal(found, exact, derive(reference, torch::kFloat64, x.abs(), weight.abs(), bias.abs(), direction.abs()));
  }
}

TEST_F(OneDnnLinear, ReadsViewsThatAreNotContiguous) {
  const auto wide = torch::randn({130, 200});
  const auto transposed = torch::randn({96, 130}).t();
  const auto every_other = wide.slice(1, 0, 192, 2);
  const auto direction = torch::randn({100, 130}).t();
  for (const auto& x : {wide.slice(1, 3, 99), transposed, every_other, torch::randn({1, 96}).expand({130, 96})}) {
    const Derivatives exact = derive(reference, torch::kFloat64, x, weight_, bias_, direction);
    auto leaf = x.detach();  // keeps its strides
    leaf.requires_grad_(true);
    const auto weight = weight_.t().contiguous().t().requires_grad_(true), bias = bias_.clone().requires_grad_(true);
    const auto y = onednn_linear(leaf, weight, bias);
    y.backward(direction);
    expect_equal({y.detach(), leaf.grad(), weight.grad(), bias.grad()}, exact,
                 derive(reference, torch::kFloat64, x.abs(), weight_.abs(), bias_.abs(), direction.abs()));
  }
}

// The gradient of a sum is one number, seen everywhere: strides of 0.
TEST_F(OneDnnLinear, TakesGradientsThatAreExpanded) {
  auto x = x_.clone().requires_grad_(true);
  onednn_linear(x, weight_, bias_).sum().backward();
  EXPECT_LE(difference(x.grad(), weight_.sum(0).expand({130, 96})), 1e-4);
}

TEST_F(OneDnnLinear, GivesNoGradientToWhatIsFrozen) {
  for (int learning = 1; learning < 8; ++learning) {
    const auto x = x_.clone().requires_grad_(learning & 1), weight = weight_.clone().requires_grad_(learning & 2),
               bias = bias_.clone().requires_grad_(learning & 4);
    onednn_linear(x, weight, bias).sum().backward();
    EXPECT_EQ(x.grad().defined(), (learning & 1) != 0);
    EXPECT_EQ(weight.grad().defined(), (learning & 2) != 0);
    EXPECT_EQ(bias.grad().defined(), (learning & 4) != 0);
  }
  EXPECT_FALSE(onednn_linear(x_, weight_, bias_).requires_grad());
  const auto learning = weight_.clone().requires_grad_(true);
  const torch::NoGradGuard no_grad;
  EXPECT_FALSE(onednn_linear(x_, learning, bias_).requires_grad());
}

TEST_F(OneDnnLinear, KeepsNeitherInputNorWeightThatNoGradientNeeds) {
  auto x = x_.clone();
  const auto uses_before = x.use_count();
  const auto y = onednn_linear(x, weight_, bias_.clone().requires_grad_(true));
  EXPECT_EQ(x.use_count(), uses_before);
  EXPECT_TRUE(y.requires_grad());
}

TEST_F(OneDnnLinear, NoticesWeightsThatChangedBeforeBackward) {
  const auto x = x_.clone().requires_grad_(true);
  auto weight = weight_.clone();
  const auto y = onednn_linear(x, weight, bias_);
  weight.add_(1);
  EXPECT_THROW(y.sum().backward(), c10::Error);
}

TEST_F(OneDnnLinear, RefusesASecondDerivative) {
  const auto x = x_.clone().requires_grad_(true);
  const auto y = onednn_linear(x, weight_, bias_).square().sum();
  try {
    torch::autograd::grad({y}, {x}, /*grad_outputs=*/{}, /*retain_graph=*/true, /*create_graph=*/true);
    FAIL() << "nothing thrown";
  } catch (const c10::Error& e) {
    EXPECT_THAT(e.what(), testing::HasSubstr("no second derivative"));
  }
}

TEST_F(OneDnnLinear, LeavesTheRestToLibTorch) {
  EXPECT_FALSE(onednn_linear(x_.slice(0, 0, 2), weight_, bias_).defined()) << "few products";
  EXPECT_TRUE(onednn_linear(x_.slice(0, 0, 2), weight_, bias_, /*least=*/1).defined());
  EXPECT_FALSE(onednn_linear(x_.to(torch::kFloat64), weight_, bias_).defined());
  EXPECT_FALSE(onednn_linear(x_.slice(1, 0, 95), weight_, bias_).defined()) << "LibTorch says what is wrong";
  EXPECT_FALSE(onednn_linear(torch::randn({0, 96}), weight_, bias_, /*least=*/0).defined());
  at::autocast::set_cpu_enabled(true);
  const auto mixed = onednn_linear(x_, weight_, bias_);
  at::autocast::set_cpu_enabled(false);
  EXPECT_FALSE(mixed.defined());
}

// A weight of the module is used twice; both uses add to its gradient.
TEST_F(OneDnnLinear, IsChosenByTheModule) {
  const auto group = std::make_shared<torch::nn::Module>();
  Linear linear = group->register_module("linear", Linear(96, 96));
  {
    const torch::NoGradGuard no_grad;
    linear->weight.normal_();
    linear->bias.normal_();
  }
  const auto twice = [&] {
    const auto y = linear(linear(x_));
    linear->zero_grad();
    y.sum().backward();
    return std::pair{y, linear->weight.grad().clone()};
  };
  const auto [plain_y, plain_gradient] = twice();
  EXPECT_THAT(plain_y.grad_fn()->name(), testing::Not(testing::HasSubstr("OneDnn")));
  set_linear_product(*group, LinearProduct::kOneDnn);
  const auto [y, gradient] = twice();
  EXPECT_THAT(y.grad_fn()->name(), testing::HasSubstr("OneDnn"));
  const auto close = [](const torch::Tensor& a, const torch::Tensor& b) {
    return difference(a, b) <= 1e-5 * b.abs().max().item<double>();
  };
  EXPECT_TRUE(close(y, plain_y));
  EXPECT_TRUE(close(gradient, plain_gradient));
}

}  // namespace
}  // namespace blip::test
