#include "core/kernels/vector_loops.h"

#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/core/kernels/double_loops.h"
#include "tests/core/kernels/loop_arrays.h"

namespace blip::test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr double kUnit = kFloatUnit;

class VectorLoops : public testing::TestWithParam<CpuIsa> {
 protected:
  const blip::VectorLoops& loops_ = vector_loops(GetParam());
};
INSTANTIATE_TEST_SUITE_P(All, VectorLoops, testing::ValuesIn(sets_of_this_cpu()), set_name);

double relative(double found, double expected, double allowed) {
  const double off = std::abs(found - expected);
  return off == 0 ? 0 : off / allowed;
}

TEST_P(VectorLoops, LayerNormIsThatOfDoublePrecision) {
  for (const float shift : {0.0f, 3.0f, -100.0f}) {
    for (std::int64_t n = 1; n <= kLongest; ++n) {
      Array<float> x(random_values(n, 1)), weight(random_values(n, 2)), bias(random_values(n, 3)), y(n);
      for (float& value : x) value += shift;
      const float eps = 1e-6f;
      loops_.layer_norm(x.data(), weight.data(), bias.data(), eps, n, y.data());
      double mean = 0, size = 0, variance = 0;
      for (const float value : x) mean += value / static_cast<double>(n);
      for (const float value : x) size += std::abs(value) / static_cast<double>(n);
      for (const float value : x) variance += (value - mean) * (value - mean) / static_cast<double>(n);
      const double factor = 1 / std::sqrt(variance + eps), terms = static_cast<double>(n) + 8;
      for (std::int64_t i = 0; i < n; ++i) {
        const double d = x[i] - mean, expected = d * factor * weight[i] + bias[i];
        // The mean is off by terms * u * size, the deviation by that too, the factor by the squares' sum.
        const double off_mean = terms * kUnit * size,
                     off_factor = terms * kUnit + off_mean * off_mean * factor * factor;
        const double allowed = std::abs(weight[i]) * factor * (2 * off_mean + std::abs(d) * off_factor) +
                               2 * kUnit * (std::abs(expected) + std::abs(bias[i]));
        ASSERT_LE(relative(y[i], expected, allowed), 1) << "n " << n << ", i " << i;
      }
    }
  }
}

TEST_P(VectorLoops, LayerNormOfEqualValuesIsTheBias) {
  const std::vector<float> weight(20, 3.0f), bias(20, 0.25f);
  std::vector<float> x(20, 8.0f);
  loops_.layer_norm(x.data(), weight.data(), bias.data(), 1e-12f, 20, x.data());
  EXPECT_EQ(x, bias);
}

TEST_P(VectorLoops, GeluIsTheExactOneToTheAccuracyOfItsErf) {
  for (std::int64_t n = 1; n <= kLongest; ++n) {
    Array<float> x(random_values(n, static_cast<std::uint32_t>(n))), y(n);
    for (float& value : x) value *= 8;
    loops_.gelu(x.data(), n, y.data());
    for (std::int64_t i = 0; i < n; ++i) ASSERT_LE(relative(y[i], gelu(x[i]), gelu_allowed(x[i])), 1) << x[i];
    loops_.gelu(x.data(), n, x.data());
    for (std::int64_t i = 0; i < n; ++i) ASSERT_EQ(x[i], y[i]);
  }
}

TEST_P(VectorLoops, GeluAtTheEdges) {
  const std::vector<float> x = {0.0f, -0.0f, 100.0f, -100.0f, FLT_MAX, -FLT_MAX, kInfinity, FLT_MIN, kNan};
  std::vector<float> y(x.size());
  loops_.gelu(x.data(), static_cast<std::int64_t>(x.size()), y.data());
  EXPECT_EQ((std::vector<float>(y.begin(), y.begin() + 8)),
            (std::vector<float>{0, 0, 100, 0, FLT_MAX, 0, kInfinity, FLT_MIN / 2}));
  EXPECT_TRUE(std::isnan(y[8]));
}

TEST_P(VectorLoops, AddMultiplyAndLargestAbsoluteAreThoseOfFloat) {
  for (std::int64_t n = 1; n <= kLongest; ++n) {
    Array<float> x(random_values(n, 4)), other(random_values(n, 5)), y(n);
    loops_.add(x.data(), other.data(), n, y.data());
    for (std::int64_t i = 0; i < n; ++i) ASSERT_EQ(y[i], x[i] + other[i]);
    loops_.multiply(x.data(), 0.3f, n, y.data());
    for (std::int64_t i = 0; i < n; ++i) ASSERT_EQ(y[i], x[i] * 0.3f);
    x[n - 1] = -5;
    EXPECT_EQ(loops_.max_abs(x.data(), n), 5);
    x[0] = 6;
    EXPECT_EQ(loops_.max_abs(x.data(), n), 6);
  }
  const float zeros[3] = {0, -0.0f, 0};
  EXPECT_EQ(loops_.max_abs(zeros, 3), 0);
  const float endless[2] = {1, -kInfinity};
  EXPECT_EQ(loops_.max_abs(endless, 2), kInfinity);
}

TEST_P(VectorLoops, ANotANumberAnywhereIsTheLargestAbsolute) {
  for (std::int64_t at = 0; at < 40; ++at) {
    Array<float> x(random_values(40, 4));
    x[at] = kNan;
    EXPECT_TRUE(std::isnan(loops_.max_abs(x.data(), 40))) << at;
  }
}

TEST_P(VectorLoops, LargestIsThatOfAllNumbers) {
  for (std::int64_t n = 1; n <= kLongest; ++n) {
    Array<float> x(n);
    std::fill(x.begin(), x.end(), -9.0f);
    x[n / 2] = -3;
    EXPECT_EQ(loops_.largest(x.data(), n), -3) << n;
    x[n - 1] = -2;
    EXPECT_EQ(loops_.largest(x.data(), n), -2) << n;
  }
}

TEST_P(VectorLoops, DotIsThatOfDoublePrecision) {
  for (std::int64_t n = 1; n <= kLongest; ++n) {
    const Array<float> x(random_values(n, 6)), y(random_values(n, 7));
    double sum = 0, size = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      sum += static_cast<double>(x[i]) * y[i];
      size += std::abs(static_cast<double>(x[i]) * y[i]);
    }
    ASSERT_LE(relative(loops_.dot(x.data(), y.data(), n), sum, static_cast<double>(n + 1) * kUnit * size), 1) << n;
  }
}

TEST_P(VectorLoops, QuantizeRoundsToTheNearestAndTiesToEven) {
  const std::vector<float> x = {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 126.5f, 127, -127, 0.49f, -126.51f, 0, 3.75f};
  std::vector<std::int8_t> q(x.size());
  loops_.quantize(x.data(), 1, static_cast<std::int64_t>(x.size()), q.data());
  EXPECT_EQ(q, (std::vector<std::int8_t>{0, 2, 2, 0, -2, -2, 126, 127, -127, 0, -127, 0, 4}));
}

TEST_P(VectorLoops, QuantizeIsWithinHalfAStepAndTakesTheLargestToTheLimit) {
  for (std::int64_t n = 1; n <= kLongest; ++n) {
    for (const float size : {1.0f, 1e-20f, 1e20f}) {
      Array<float> x(random_values(n, static_cast<std::uint32_t>(n)));
      Array<std::int8_t> q(n);
      for (float& value : x) value *= size;
      const float scale = loops_.max_abs(x.data(), n) / 127, inverse = 1 / scale;
      loops_.quantize(x.data(), inverse, n, q.data());
      int largest = 0;
      for (std::int64_t i = 0; i < n; ++i) {
        ASSERT_LE(std::abs(q[i] - static_cast<double>(x[i]) * inverse), 0.5 * (1 + 0x1p-15)) << n;
        largest = std::max(largest, std::abs(static_cast<int>(q[i])));
      }
      ASSERT_EQ(largest, 127) << n;
    }
  }
}

TEST_P(VectorLoops, BFloat16IsRoundedToTheNearestWithTiesToEvenAndKeepsNotANumber) {
  std::vector<float> x = {1.0f, -0.0f, kInfinity, -kInfinity, FLT_MAX, FLT_MIN, FLT_TRUE_MIN, kNan, -kNan};
  for (const std::uint32_t bits : {0x3f808000u, 0x3f818000u, 0x3f808001u, 0x3f807fffu, 0xbf818000u, 0x7f800001u,
                                   0xff80ffffu, 0x7f7f7fffu, 0x7f7f8000u, 0x00008000u, 0x00018000u})
    x.push_back(std::bit_cast<float>(bits));
  for (const float value : random_values(40, 8)) x.push_back(value);
  for (std::int64_t n = 1; n <= static_cast<std::int64_t>(x.size()); ++n) {
    const Array<float> from(std::vector<float>(x.end() - n, x.end()));
    Array<BFloat16> y(n);
    loops_.to_bfloat16(from.data(), n, y.data());
    for (std::int64_t i = 0; i < n; ++i) ASSERT_EQ(y[i], to_bfloat16(from[i])) << from[i];
  }
}

TEST_P(VectorLoops, RmsNormIsThatOfDoublePrecision) {
  for (const float size : {1.0f, 1e-4f, 300.0f}) {
    for (std::int64_t n = 1; n <= kLongest; ++n) {
      Array<float> x(random_values(n, 1)), weight(random_values(n, 2)), y(n);
      for (float& value : x) value *= size;
      loops_.rms_norm(x.data(), weight.data(), 1e-6f, n, y.data());
      double squares = 0;
      for (const float value : x) squares += static_cast<double>(value) * value / static_cast<double>(n);
      const double factor = 1 / std::sqrt(squares + 1e-6f), terms = static_cast<double>(n) + 8;
      for (std::int64_t i = 0; i < n; ++i) {
        const double expected = x[i] * factor * weight[i];
        ASSERT_LE(relative(y[i], expected, terms * kUnit * std::abs(expected)), 1) << n << ", " << size;
      }
    }
  }
}

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

TEST_P(VectorLoops, ActivationsAreThoseOfDoublePrecision) {
  for (std::int64_t n = 1; n <= kLongest; ++n) {
    for (const float size : {1.0f, 12.0f, 1e4f}) {
      Array<float> x(random_values(n, 4)), quick(n), tanh_gelu(n), relu(n);
      for (float& value : x) value *= size;
      loops_.quick_gelu(x.data(), n, quick.data());
      loops_.gelu_tanh(x.data(), n, tanh_gelu.data());
      loops_.relu(x.data(), n, relu.data());
      for (std::int64_t i = 0; i < n; ++i) {
        const double value = x[i], z = value + 0.044715 * value * value * value;
        // A relative error of u in the exponent's argument a is |a| u of the result, which is none once exp(-a) is.
        const double a = std::min(std::abs(1.702 * value), 88.0), b = std::min(std::abs(1.6 * z), 88.0);
        const double smallest = 1e-37 * std::abs(value);
        ASSERT_LE(relative(quick[i], value * sigmoid(1.702 * value),
                           std::abs(value * sigmoid(1.702 * value)) * (2 * a + 8) * kUnit + smallest),
                  1)
            << value;
        const double expected = value * (1 + std::tanh(std::sqrt(2 / M_PI) * z)) / 2;
        const double stable = value * sigmoid(2 * std::sqrt(2 / M_PI) * z);
        ASSERT_NEAR(expected, stable, 1e-12 * std::abs(value));
        ASSERT_LE(relative(tanh_gelu[i], stable, std::abs(stable) * (5 * b + 8) * kUnit + smallest), 1) << value;
        ASSERT_EQ(relu[i], std::max(x[i], 0.0f));
      }
    }
  }
}

TEST_P(VectorLoops, ActivationsAtTheEdges) {
  const std::vector<float> x = {kInfinity, 200.0f, 0.0f, -200.0f, -FLT_MAX, kNan};
  std::vector<float> y(x.size());
  for (const auto loop : {loops_.quick_gelu, loops_.gelu_tanh}) {
    loop(x.data(), 6, y.data());
    EXPECT_EQ(y[0], kInfinity);
    EXPECT_EQ(y[1], 200.0f);
    EXPECT_EQ(y[2], 0.0f);
    EXPECT_EQ(std::abs(y[3]), 0.0f);
    EXPECT_EQ(std::abs(y[4]), 0.0f);
    EXPECT_TRUE(std::isnan(y[5]));
  }
}

TEST_P(VectorLoops, ProductsAndScaledSumsAreRoundedOnce) {
  for (std::int64_t n = 1; n <= kLongest; ++n) {
    const Array<float> x(random_values(n, 4)), other(random_values(n, 5));
    Array<float> y(n), scaled(n);
    loops_.product(x.data(), other.data(), n, y.data());
    loops_.scale_add(x.data(), 0.3f, other.data(), n, scaled.data());
    for (std::int64_t i = 0; i < n; ++i) {
      ASSERT_EQ(y[i], x[i] * other[i]);
      const double expected = static_cast<double>(x[i]) * 0.3f + other[i];
      ASSERT_LE(relative(scaled[i], expected, 2 * kUnit * (std::abs(x[i]) * 0.3 + std::abs(other[i]))), 1);
    }
  }
}

TEST_P(VectorLoops, GatheredTokensAreThoseOfTheList) {
  constexpr std::int64_t kStride = 91;
  for (const std::int64_t width : {1, 15, 16, 64, 80, 88}) {
    for (const std::int64_t count : {0, 1, 3, 4, 9}) {
      std::vector<std::int32_t> tokens;
      for (std::int64_t t = 0; t < count; ++t) tokens.push_back(static_cast<std::int32_t>(t * 5 % 13));
      const Array<float> query(random_values(width, 1)), weights(random_values(count, 2));
      const Array<float> table(random_values(12 * kStride + width, 3));  // the last token ends where it ends
      Array<float> scores(count), context(random_values(width, 4));
      const Array<float> before = context;
      loops_.gathered_scores(query.data(), table.data(), kStride, tokens.data(), count, width, scores.data());
      loops_.gathered_context(weights.data(), table.data(), kStride, tokens.data(), count, width, context.data());
      const auto at = [&](std::int64_t t, std::int64_t d) {
        return static_cast<double>(table[tokens[static_cast<std::size_t>(t)] * kStride + d]);
      };
      for (std::int64_t t = 0; t < count; ++t) {
        double score = 0, size = 0;
        for (std::int64_t d = 0; d < width; ++d) {
          score += query[d] * at(t, d);
          size += std::abs(query[d] * at(t, d));
        }
        ASSERT_LE(relative(scores[t], score, static_cast<double>(width + 1) * kUnit * size), 1) << width << ", " << t;
      }
      for (std::int64_t d = 0; d < width; ++d) {
        double value = before[d], size = std::abs(value);
        for (std::int64_t t = 0; t < count; ++t) {
          value += weights[t] * at(t, d);
          size += std::abs(weights[t] * at(t, d));
        }
        ASSERT_LE(relative(context[d], value, static_cast<double>(count + 1) * kUnit * size), 1) << width << ", " << d;
      }
    }
  }
}

struct Row {
  explicit Row(std::int64_t n) : sums(n), scales(random_values(n, 9)), bias(random_values(n, 10)) {
    const auto values = random_values(n, 11);
    for (std::int64_t i = 0; i < n; ++i)
      sums[i] = static_cast<std::int32_t>(values[static_cast<std::size_t>(i)] * (i % 3 == 0 ? 50'000'000.0f : 5'000));
  }
  // And how far float32 may be off.
  double value(std::int64_t i) const { return product(i) + bias[i]; }
  double allowed(std::int64_t i) const { return 4 * kUnit * (std::abs(product(i)) + std::abs(bias[i])); }
  double product(std::int64_t i) const { return static_cast<double>(sums[i]) * scales[i] * kRowScale; }

  static constexpr float kRowScale = 0x1.8p-10f;
  Array<std::int32_t> sums;
  Array<float> scales, bias;
};

TEST_P(VectorLoops, DequantizedSumsAreThoseOfDoublePrecision) {
  for (std::int64_t n = 1; n <= kLongest; ++n) {
    const Row row(n);
    Array<float> y(n), added(random_values(n, 12));
    Array<BFloat16> rounded(n);
    const Array<float> before = added;
    loops_.dequantize(row.sums.data(), Row::kRowScale, row.scales.data(), row.bias.data(), n, y.data());
    loops_.dequantize_add(row.sums.data(), Row::kRowScale, row.scales.data(), row.bias.data(), n, added.data());
    loops_.dequantize_bfloat16(row.sums.data(), Row::kRowScale, row.scales.data(), row.bias.data(), n, rounded.data());
    for (std::int64_t i = 0; i < n; ++i) {
      ASSERT_LE(relative(y[i], row.value(i), row.allowed(i)), 1) << n;
      const double sum = row.value(i) + before[i];
      ASSERT_LE(relative(added[i], sum, row.allowed(i) + kUnit * std::abs(sum)), 1) << n;
      ASSERT_EQ(rounded[i], to_bfloat16(y[i])) << n;
    }
  }
}

TEST_P(VectorLoops, DequantizedGeluKnowsItsLargestAbsolute) {
  for (std::int64_t n = 1; n <= kLongest; ++n) {
    const Row row(n);
    Array<float> y(n);
    const float largest =
        loops_.dequantize_gelu(row.sums.data(), Row::kRowScale, row.scales.data(), row.bias.data(), n, y.data());
    for (std::int64_t i = 0; i < n; ++i) {
      const double value = row.value(i);
      ASSERT_LE(relative(y[i], gelu(value), kGeluSlope * row.allowed(i) + gelu_allowed(value)), 1) << value;
    }
    EXPECT_EQ(largest, loops_.max_abs(y.data(), n));
  }
}

// exp(a) in float32, a = scale * (x - max): two roundings of a, and two units in the last place.
void expect_numerators(const Array<float>& x, float scale, const Array<float>& y, double sum_found) {
  double most = -kInfinity, sum = 0;
  for (const float value : x) most = std::max<double>(most, value);
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const double a = scale * (x[i] - most), expected = std::exp(a);
    const double allowed = expected * (2 * std::abs(a) + 4) * kUnit * 1.01 + (a < -87 ? 1.3e-38 : 0);
    ASSERT_LE(relative(y[i], expected, allowed), 1) << "x " << x[i] << " of at most " << most;
    sum += y[i];
  }
  EXPECT_LE(relative(sum_found, sum, static_cast<double>(x.size()) * kUnit * sum), 1);
}

TEST_P(VectorLoops, SoftmaxNumeratorsAreThoseOfDoublePrecision) {
  for (std::int64_t n = 1; n <= kLongest; ++n) {
    for (const float size : {1.0f, 30.0f, 500.0f}) {
      Array<float> x(random_values(n, static_cast<std::uint32_t>(n))), y(n);
      Array<BFloat16> rounded(n);
      for (float& value : x) value *= size;
      const float sum = loops_.softmax_numerators(x.data(), 0.125f, n, y.data());
      expect_numerators(x, 0.125f, y, sum);
      EXPECT_EQ(loops_.softmax_numerators_bfloat16(x.data(), 0.125f, n, rounded.data()), sum);
      for (std::int64_t i = 0; i < n; ++i) ASSERT_EQ(rounded[i], to_bfloat16(y[i]));
      EXPECT_EQ(loops_.softmax_numerators(x.data(), 0.125f, n, x.data()), sum);
      for (std::int64_t i = 0; i < n; ++i) ASSERT_EQ(x[i], y[i]);
    }
  }
}

TEST_P(VectorLoops, SoftmaxNumeratorsAtTheEdges) {
  const std::vector<float> x = {1e30f, 1e30f, 0.0f, -1000.0f, -1e30f, -kInfinity};
  std::vector<float> y(x.size());
  EXPECT_EQ(loops_.softmax_numerators(x.data(), 1, 6, y.data()), 2);
  EXPECT_EQ(y, (std::vector<float>{1, 1, 0, 0, 0, 0}));
  const std::vector<float> low = {-1000, -1000, -2000};
  EXPECT_EQ(loops_.softmax_numerators(low.data(), 1, 3, y.data()), 2);
  const std::vector<float> one = {-FLT_MAX};
  EXPECT_EQ(loops_.softmax_numerators(one.data(), 1, 1, y.data()), 1);
  const std::vector<float> broken = {1, kNan, 2};
  EXPECT_TRUE(std::isnan(loops_.softmax_numerators(broken.data(), 1, 3, y.data())));
}

}  // namespace
}  // namespace blip::test
