#include "core/model/few_rows_linear.h"

#include <gtest/gtest.h>
#include <torch/nn/functional/linear.h>
#include <torch/utils.h>

namespace blip::test {
namespace {

// Rows and sizes around those of the tiles, and BLIP's own.
TEST(FewRowsLinear, AgreesWithDoublePrecision) {
  const torch::NoGradGuard no_grad;
  torch::manual_seed(1);
  for (const int64_t rows : {1, 2, 3, 4, 7, 32}) {
    for (const auto& [in, out] :
         {std::pair<int64_t, int64_t>{768, 3072}, {1, 1}, {8, 4}, {13, 7}, {37, 6}, {200, 1001}}) {
      const auto x = torch::randn({rows, in}), weight = torch::randn({out, in}), bias = torch::randn({out});
      const auto found = few_rows_linear(x, weight, bias);
      ASSERT_TRUE(found.defined()) << "this CPU has no AVX2";
      const auto exact = torch::linear(x.to(torch::kFloat64), weight.to(torch::kFloat64), bias.to(torch::kFloat64));
      // Each of `in` products of size 1 rounds by at most 2^-24.
      EXPECT_LE((found - exact).abs().max().item<double>(), 2e-6 * std::sqrt(static_cast<double>(in)) + 1e-6)
          << rows << " x " << in << " -> " << out;
    }
  }
}

TEST(FewRowsLinear, KeepsTheOtherDimensions) {
  const torch::NoGradGuard no_grad;
  const auto x = torch::randn({2, 3, 16}), weight = torch::randn({5, 16}), bias = torch::zeros({5});
  EXPECT_EQ(few_rows_linear(x, weight, bias).sizes(), (torch::IntArrayRef{2, 3, 5}));
}

TEST(FewRowsLinear, ReadsViewsThatAreNotContiguous) {
  const torch::NoGradGuard no_grad;
  const auto wide = torch::randn({4, 32}), weight = torch::randn({6, 16}), bias = torch::randn({6});
  const auto view = wide.slice(1, 0, 32, 2);
  EXPECT_LE((few_rows_linear(view, weight, bias) - torch::linear(view, weight, bias)).abs().max().item<double>(), 1e-5);
}

TEST(FewRowsLinear, LeavesTheRestToLibTorch) {
  const auto x = torch::randn({2, 16}), weight = torch::randn({6, 16}), bias = torch::randn({6});
  EXPECT_FALSE(few_rows_linear(x, weight, bias).defined()) << "gradients are on";
  const torch::NoGradGuard no_grad;
  EXPECT_TRUE(few_rows_linear(x, weight, bias).defined());
  EXPECT_FALSE(few_rows_linear(torch::randn({kFewRows + 1, 16}), weight, bias).defined());
  EXPECT_FALSE(
      few_rows_linear(x.to(torch::kBFloat16), weight.to(torch::kBFloat16), bias.to(torch::kBFloat16)).defined());
  EXPECT_FALSE(few_rows_linear(torch::randn({2, 8}), weight, bias).defined());
  EXPECT_FALSE(few_rows_linear(torch::randn({0, 16}), weight, bias).defined());
  EXPECT_FALSE(few_rows_linear(x, torch::randn({16, 6}).t(), bias).defined());
}

}  // namespace
}  // namespace blip::test
