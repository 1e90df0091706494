#include "core/kernels/dense_matmul.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

#include "core/base/error.h"

namespace blip::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr float kGap = -77.0f;  // lies between rows, where nobody may write

std::uint16_t bfloat16(float value) {
  return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
}

float from_bfloat16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

// Numbers with few bits are the same in both types.
std::vector<float> random_matrix(std::int64_t rows, std::int64_t stride, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> values(static_cast<std::size_t>(rows * stride));
  for (float& value : values) value = from_bfloat16(bfloat16(normal(random)));
  return values;
}

struct Inputs {
  std::vector<float> a, b, bias, c;
};

Inputs random_inputs(const DenseMatmulShape& s, std::mt19937& random) {
  Inputs in;
  in.a = random_matrix(s.a_transposed ? s.k : s.m, s.lda, random);
  in.b = random_matrix(s.b_transposed ? s.n : s.k, s.ldb, random);
  in.bias = random_matrix(1, s.n, random);
  in.c = random_matrix(s.m, s.ldc, random);
  for (std::int64_t row = 0; row < s.m; ++row) {
    for (std::int64_t gap = s.n; gap < s.ldc; ++gap) in.c[static_cast<std::size_t>(row * s.ldc + gap)] = kGap;
  }
  return in;
}

DenseMatmulShape with_strides(DenseMatmulShape s, std::int64_t gap) {
  s.lda = (s.a_transposed ? s.m : s.k) + gap;
  s.ldb = (s.b_transposed ? s.k : s.n) + gap;
  s.ldc = s.n + gap;
  return s;
}

// Compares with sums in double precision. Summing k products of float32 in any order is off by at most
// (k + 1) * 2^-24 * sum |a b| to first order, and each further term rounds once more.
void expect_product(const DenseMatmulShape& s, const Inputs& in, bool bias, const std::vector<float>& found) {
  const auto at = [](const std::vector<float>& values, std::int64_t index) {
    return static_cast<double>(values[static_cast<std::size_t>(index)]);
  };
  double worst = 0;
  for (std::int64_t i = 0; i < s.m; ++i) {
    for (std::int64_t j = 0; j < s.n; ++j) {
      double sum = 0, size = 0;
      const auto add = [&](double term) {
        sum += term;
        size += std::abs(term);
      };
      for (std::int64_t p = 0; p < s.k; ++p)
        add(at(in.a, s.a_transposed ? p * s.lda + i : i * s.lda + p) *
            at(in.b, s.b_transposed ? j * s.ldb + p : p * s.ldb + j));
      if (bias) add(at(in.bias, j));
      if (s.accumulate) add(at(in.c, i * s.ldc + j));
      const double allowed = static_cast<double>(s.k + 3) * std::ldexp(size, -24);
      worst = std::max(worst, std::abs(at(found, i * s.ldc + j) - sum) / (allowed + 1e-300));
    }
    for (std::int64_t gap = s.n; gap < s.ldc; ++gap)
      ASSERT_EQ(found[static_cast<std::size_t>(i * s.ldc + gap)], kGap) << "row " << i;
  }
  EXPECT_LE(worst, 1) << s.m << " x " << s.n << " x " << s.k << (s.a_transposed ? ", A transposed" : "")
                      << (s.b_transposed ? ", B transposed" : "") << (s.accumulate ? ", added" : "")
                      << (bias ? ", bias" : "");
}

std::vector<float> product(const DenseMatmulShape& s, const Inputs& in, bool bias) {
  std::vector<float> c = in.c;
  const float* bias_data = bias ? in.bias.data() : nullptr;
  if (s.dtype == DType::kFloat32) {
    dense_matmul(s, in.a.data(), in.b.data(), bias_data, c.data());
    return c;
  }
  std::vector<std::uint16_t> a, b;
  for (const float value : in.a) a.push_back(bfloat16(value));
  for (const float value : in.b) b.push_back(bfloat16(value));
  dense_matmul(s, a.data(), b.data(), bias_data, c.data());
  return c;
}

struct Size {
  std::int64_t m, n, k;
};
constexpr Size kSizes[] = {{1, 1, 1},    {1, 1, 65},    {1, 33, 1},    {33, 1, 7},   {1, 96, 96},
                           {7, 1, 96},   {3, 5, 17},    {16, 16, 1},   {31, 65, 1},  {48, 50, 64},
                           {65, 40, 33}, {120, 20, 96}, {20, 24, 394}, {4, 384, 96}, {40, 130, 30}};

void check_all(DType dtype) {
  std::mt19937 random(1);
  for (const auto& [m, n, k] : kSizes) {
    for (int options = 0; options < 32; ++options) {
      DenseMatmulShape s{.m = m, .n = n, .k = k};
      s.dtype = dtype;
      s.a_transposed = options & 1;
      s.b_transposed = options & 2;
      s.accumulate = options & 4;
      s = with_strides(s, options & 8 ? 3 : 0);
      const bool bias = options & 16;
      const Inputs in = random_inputs(s, random);
      expect_product(s, in, bias, product(s, in, bias));
    }
  }
}

bool has_bfloat16() {
  return !dense_matmul_implementation({.m = 64, .n = 64, .k = 64, .dtype = DType::kBFloat16}, false).empty();
}

TEST(DenseMatmul, MultipliesByHand) {
  const std::vector<float> a = {1, 2, 3, 4, 5, 6};   // [2, 3]
  const std::vector<float> b = {1, 0, 2, -1, 0, 1};  // [3, 2]
  const std::vector<float> bias = {10, 20};
  std::vector<float> c(4);
  dense_matmul({.m = 2, .n = 2, .k = 3}, a.data(), b.data(), bias.data(), c.data());
  EXPECT_EQ(c, (std::vector<float>{15, 21, 24, 21}));
  dense_matmul({.m = 2, .n = 2, .k = 3, .accumulate = true}, a.data(), b.data(), nullptr, c.data());
  EXPECT_EQ(c, (std::vector<float>{20, 22, 38, 22}));
  // The same bytes read as [3, 2] and [2, 3], both transposed.
  dense_matmul({.m = 2, .n = 2, .k = 3, .a_transposed = true, .b_transposed = true}, a.data(), b.data(), nullptr,
               c.data());
  EXPECT_EQ(c, (std::vector<float>{11, 4, 14, 4}));
}

TEST(DenseMatmul, AgreesWithDoublePrecision) {
  check_all(DType::kFloat32);
}

TEST(DenseMatmul, AgreesWithDoublePrecisionInBFloat16) {
  if (!has_bfloat16())
    GTEST_SKIP() << "bfloat16 products of oneDNN need AVX-512, which this CPU or ONEDNN_MAX_CPU_ISA lacks";
  check_all(DType::kBFloat16);
}

// The three products of a linear layer at BLIP's widths: their longest sums, and few rows or columns of the rest.
TEST(DenseMatmul, AgreesAtTheModelsOwnDepths) {
  std::mt19937 random(2);
  for (const Size size : {Size{20, 24, 768}, {20, 24, 3072}, {9, 10, 30524}}) {
    for (int options = 0; options < 3; ++options) {
      DenseMatmulShape s{.m = size.m, .n = size.n, .k = size.k};
      s.a_transposed = options == 2;
      s.b_transposed = options == 0;
      s = with_strides(s, 0);
      const Inputs in = random_inputs(s, random);
      expect_product(s, in, options == 0, product(s, in, options == 0));
    }
  }
}

TEST(DenseMatmul, ReadsStridesOfZeroAsRowsWithoutGaps) {
  std::mt19937 random(3);
  DenseMatmulShape s{.m = 5, .n = 6, .k = 7};
  s.a_transposed = true;
  const Inputs in = random_inputs(with_strides(s, 0), random);
  EXPECT_EQ(product(s, in, true), product(with_strides(s, 0), in, true));
}

TEST(DenseMatmul, SumsOfNothingLeaveBiasAndWhatWasThere) {
  const std::vector<float> bias = {1, 2};
  std::vector<float> c = {5, 5, kGap, 5, 5, kGap};
  DenseMatmulShape s{.m = 2, .n = 2, .k = 0};
  s.ldc = 3;
  s.accumulate = true;
  dense_matmul(s, nullptr, nullptr, bias.data(), c.data());
  EXPECT_EQ(c, (std::vector<float>{6, 7, kGap, 6, 7, kGap}));
  s.accumulate = false;
  dense_matmul(s, nullptr, nullptr, nullptr, c.data());
  EXPECT_EQ(c, (std::vector<float>{0, 0, kGap, 0, 0, kGap}));
}

TEST(DenseMatmul, EmptyResultsTouchNothing) {
  dense_matmul({.m = 0, .n = 3, .k = 4}, nullptr, nullptr, nullptr, nullptr);
  dense_matmul({.m = 3, .n = 0, .k = 4}, nullptr, nullptr, nullptr, nullptr);
}

TEST(DenseMatmul, RefusesWhatIsNoProduct) {
  const float a[4] = {}, b[4] = {};
  float c[4] = {};
  const auto message = [&](const DenseMatmulShape& s, const void* left) -> std::string {
    try {
      dense_matmul(s, left, b, nullptr, c);
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::kInvalidArgument);
      return e.what();
    }
    return "nothing thrown";
  };
  EXPECT_THAT(message({.m = -1, .n = 2, .k = 2}, a), HasSubstr("m -1, n 2, k 2"));
  EXPECT_THAT(message({.m = 2, .n = 2, .k = 2, .lda = 1}, a), HasSubstr("lda of at least 2"));
  EXPECT_THAT(message({.m = 1, .n = 2, .k = 2, .b_transposed = true, .ldb = 1}, a), HasSubstr("ldb of at least 2"));
  EXPECT_THAT(message({.m = 2, .n = 2, .k = 2, .ldc = -2}, a), HasSubstr("ldc of at least 2"));
  EXPECT_THAT(message({.m = 2, .n = 2, .k = 2, .dtype = DType::kInt8}, a), HasSubstr("int8"));
  EXPECT_THAT(message({.m = 2, .n = 2, .k = 2}, nullptr), HasSubstr("not null"));
}

// 32 and 4 pictures of 197 tokens, 32 texts of 30: forward, gradient of the input, gradient of the weight.
TEST(DenseMatmul, IsNeverTheReferenceImplementationInTraining) {
  const Size layers[] = {{32 * 197, 2304, 768}, {4 * 197, 3072, 768}, {4 * 197, 768, 3072}, {32 * 30, 768, 768},
                         {4 * 30, 30524, 768},  {32 * 37, 96, 384},   {32 * 37, 384, 96},   {32 * 15, 200, 96},
                         {32, 64, 96},          {4, 256, 768}};
  for (const auto& [rows, out, in] : layers) {
    const auto found = {
        dense_matmul_implementation({.m = rows, .n = out, .k = in, .b_transposed = true}, true),
        dense_matmul_implementation({.m = rows, .n = in, .k = out}, false),
        dense_matmul_implementation({.m = out, .n = in, .k = rows, .a_transposed = true}, false),
    };
    for (const std::string& name : found) {
      EXPECT_THAT(name, Not(HasSubstr("ref"))) << rows << " rows, " << in << " -> " << out;
      EXPECT_NE(name, "");
    }
    if (has_bfloat16()) {
      EXPECT_THAT(dense_matmul_implementation({.m = rows, .n = in, .k = out, .dtype = DType::kBFloat16}, false),
                  Not(HasSubstr("ref")));
    }
  }
}

TEST(DenseMatmul, ForgetsShapesAndMakesThemAgain) {
  std::mt19937 random(4);
  const DenseMatmulShape s = with_strides({.m = 3, .n = 5, .k = 4}, 0);
  const Inputs in = random_inputs(s, random);
  const auto before = product(s, in, true);
  for (std::int64_t m = 4; m < 700; ++m) {
    const DenseMatmulShape other = with_strides({.m = m, .n = 1, .k = 1}, 0);
    const std::vector<float> ones(static_cast<std::size_t>(m), 1.0f);
    std::vector<float> c(static_cast<std::size_t>(m));
    dense_matmul(other, ones.data(), ones.data(), nullptr, c.data());
    ASSERT_EQ(c, ones);
  }
  EXPECT_EQ(product(s, in, true), before);
}

TEST(DenseMatmul, GivesManyThreadsTheirOwnResults) {
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 4; ++seed) {
    threads.emplace_back([seed] {
      std::mt19937 random(seed);
      for (std::int64_t m = 1; m < 12; ++m) {
        const DenseMatmulShape s = with_strides({.m = m, .n = 20, .k = 30, .b_transposed = true}, 0);
        const Inputs in = random_inputs(s, random);
        expect_product(s, in, true, product(s, in, true));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace blip::test
