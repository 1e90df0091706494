#include "core/kernels/stored_linear.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "core/base/error.h"
#include "core/base/half_float.h"
#include "tests/core/kernels/allocation_count.h"
#include "tests/core/kernels/double_loops.h"
#include "tests/core/kernels/loop_arrays.h"

namespace blip::test {
namespace {

constexpr WeightForm kForms[] = {WeightForm::kFloat32, WeightForm::kFloat16, WeightForm::kBFloat16, WeightForm::kInt8,
                                 WeightForm::kInt4};

// Weights in a form, of which the last byte ends where memory that must not be touched begins.
Array<std::uint8_t> stored_in(WeightForm form, const std::vector<float>& weights, std::int64_t out, std::int64_t in) {
  Array<std::uint8_t> bytes(form_bytes(form, out, in));
  if (quantized(form)) {
    quantize_weights(WeightForm::kFloat32, weights.data(), out, in, form, bytes.data(), /*threads=*/1);
  } else if (form == WeightForm::kFloat16) {
    const auto halves = to_halves(weights);
    std::memcpy(bytes.data(), halves.data(), halves.size() * 2);
  } else {
    const auto rest = stored(weights, form == WeightForm::kFloat32 ? MatmulType::kFloat32 : MatmulType::kBFloat16);
    std::memcpy(bytes.data(), rest.data(), rest.size());
  }
  return bytes;
}

struct Layer {
  Layer(WeightForm weight_form, std::int64_t outputs, std::int64_t inputs)
      : form(weight_form),
        out(outputs),
        in(inputs),
        bytes(stored_in(form, random_values(out * in, 1), out, in)),
        bias(random_values(out, 2)) {}

  StoredLinear linear() const { return {in, form, {{bytes.data(), out, nullptr}}, bias}; }
  std::vector<double> weights() const {
    std::vector<float> values(static_cast<std::size_t>(out * in));
    for (std::int64_t o = 0; o < out; ++o) read_weights(form, bytes.data(), out, in, o, values.data() + o * in);
    return widened(values);
  }

  WeightForm form;
  std::int64_t out, in;
  Array<std::uint8_t> bytes;
  std::vector<float> bias;
};

// How far each value of x may be off when a layer has rounded it: half a step of its group.
std::vector<double> input_roundings(WeightForm form, const std::vector<float>& x, std::int64_t in) {
  std::vector<double> off(x.size());
  if (!quantized(form)) return off;
  for (std::size_t row = 0; row < x.size(); row += static_cast<std::size_t>(in)) {
    for (std::int64_t begin = 0; begin < in; begin += kGroup) {
      const auto first = row + static_cast<std::size_t>(begin);
      const auto last = row + static_cast<std::size_t>(std::min(begin + kGroup, in));
      double largest = 0;
      for (std::size_t i = first; i < last; ++i) largest = std::max<double>(largest, std::abs(x[i]));
      std::fill(off.begin() + static_cast<std::ptrdiff_t>(first), off.begin() + static_cast<std::ptrdiff_t>(last),
                0.5 * (1 + 0x1p-15) * largest / 127);
    }
  }
  return off;
}

std::string text(const Layer& layer, std::int64_t rows) {
  return std::string(form_name(layer.form)) + ", " + std::to_string(rows) + " rows, [" + std::to_string(layer.out) +
         ", " + std::to_string(layer.in) + "]";
}

void expect_product(const Layer& layer, const std::vector<float>& x, std::int64_t rows, const std::vector<float>& y) {
  const auto weights = layer.weights();
  std::vector<double> sizes = weights;
  for (double& weight : sizes) weight = std::abs(weight);
  const Sums expected = product(widened(x), weights, rows, layer.in, layer.out);
  const Sums rounded = product(input_roundings(layer.form, x, layer.in), sizes, rows, layer.in, layer.out);
  double worst = 0;
  for (std::int64_t i = 0; i < rows * layer.out; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double bias = layer.bias[static_cast<std::size_t>(i % layer.out)];
    const double allowed = static_cast<double>(layer.in + 8) * kFloatUnit * (expected.sizes[at] + std::abs(bias)) +
                           rounded.values[at] * (1 + 1e-6);
    worst = std::max(worst, std::abs(y[at] - expected.values[at] - bias) / allowed);
  }
  EXPECT_LE(worst, 1) << text(layer, rows);
}

std::vector<float> run(const StoredLinear& linear, const std::vector<float>& x, std::int64_t rows, int threads) {
  Workspace workspace(threads);
  std::vector<float> y(static_cast<std::size_t>(rows * linear.out()), std::numeric_limits<float>::quiet_NaN());
  linear.run(workspace, Array<float>(x).data(), rows, y.data());
  return y;
}

TEST(StoredLinear, EqualsDoublePrecisionForAllFormsAndShapes) {
  const std::int64_t shapes[][2] = {{1, 1}, {1, 64}, {16, 64}, {17, 65}, {3, 7}, {50, 139}, {139, 50}, {33, 320}};
  for (const WeightForm form : kForms) {
    for (const auto& shape : shapes) {
      const Layer layer(form, shape[0], shape[1]);
      for (const std::int64_t rows : {1, 2, 3, 4, 5, 6, 7, 8, 9, 13}) {
        const auto x = random_values(rows * layer.in, 3);
        expect_product(layer, x, rows, run(layer.linear(), x, rows, 1));
      }
    }
  }
}

TEST(StoredLinear, EqualsDoublePrecisionWhereInputsComeInChunks) {
  for (const WeightForm form : kForms) {
    for (const std::int64_t in : {2048, 2049, 4160}) {
      const Layer layer(form, 9, in);
      for (const std::int64_t rows : {1, 7, 12}) {
        const auto x = random_values(rows * layer.in, 3);
        expect_product(layer, x, rows, run(layer.linear(), x, rows, 1));
      }
    }
  }
}

TEST(StoredLinear, ARowDependsOnItselfAloneBitByBit) {
  constexpr std::int64_t kRows = 70;  // more than go together
  for (const WeightForm form : kForms) {
    const Layer layer(form, 1030, 203);
    const StoredLinear linear = layer.linear();
    const auto x = random_values(kRows * layer.in, 5);
    const auto all = run(linear, x, kRows, 1);
    EXPECT_EQ(all, run(linear, x, kRows, 3)) << form_name(form) << ", three threads";
    std::int64_t begin = 0;
    for (const std::int64_t rows : {1, 2, 3, 4, 5, 6, 7, 8, 11, 23}) {
      const std::vector<float> some(x.begin() + begin * layer.in, x.begin() + (begin + rows) * layer.in);
      const std::vector<float> expected(all.begin() + begin * layer.out, all.begin() + (begin + rows) * layer.out);
      EXPECT_EQ(expected, run(linear, some, rows, 2)) << form_name(form) << ", " << rows << " rows";
      begin += rows;
    }
  }
}

TEST(StoredLinear, PartsEqualTheirConcatenation) {
  constexpr std::int64_t kIn = 70, kOuts[] = {5, 33, 16};
  const auto weights = random_values(54 * kIn, 1);
  const auto x = random_values(3 * kIn, 2), bias = random_values(54, 4);
  for (const WeightForm form : kForms) {
    const Array<std::uint8_t> whole = stored_in(form, weights, 54, kIn);
    std::vector<Array<std::uint8_t>> bytes;
    std::vector<StoredWeights> parts;
    bytes.reserve(std::size(kOuts));
    std::int64_t first = 0;
    for (const std::int64_t out : kOuts) {
      bytes.push_back(
          stored_in(form, {weights.begin() + first * kIn, weights.begin() + (first + out) * kIn}, out, kIn));
      parts.push_back({bytes.back().data(), out, nullptr});
      first += out;
    }
    const StoredLinear together(kIn, form, parts, bias), one(kIn, form, {{whole.data(), 54, nullptr}}, bias);
    EXPECT_EQ(together.out(), 54);
    EXPECT_EQ(run(together, x, 3, 2), run(one, x, 3, 2)) << form_name(form);
  }
}

TEST(StoredLinear, DoesWhatComesAfter) {
  for (const WeightForm form : kForms) {
    const Layer layer(form, 20, 30);
    const StoredLinear linear = layer.linear();
    const auto x = random_values(2 * layer.in, 3), before = random_values(2 * layer.out, 4);
    const auto plain = run(linear, x, 2, 1);
    Workspace workspace(1);
    const auto after = [&](After what) {
      std::vector<float> y = before;
      linear.run(workspace, x.data(), 2, y.data(), what);
      return y;
    };
    const auto relu = after(After::kRelu), gelus = after(After::kGelu), quick = after(After::kQuickGelu),
               added = after(After::kAdd);
    for (std::size_t i = 0; i < plain.size(); ++i) {
      const double y = plain[i];
      EXPECT_EQ(relu[i], std::max(plain[i], 0.0f));
      EXPECT_NEAR(gelus[i], gelu(y), gelu_allowed(y));
      EXPECT_NEAR(quick[i], y / (1 + std::exp(-1.702 * y)), 16 * kFloatUnit * std::abs(y));
      EXPECT_NEAR(added[i], y + before[i], 16 * kFloatUnit * (std::abs(y) + 4));
    }
  }
}

TEST(StoredLinear, WithoutABiasAddsNone) {
  for (const WeightForm form : kForms) {
    Layer layer(form, 5, 12);
    const auto x = random_values(layer.in, 3);
    const StoredLinear plain(layer.in, form, {{layer.bytes.data(), layer.out, nullptr}}, {});
    std::fill(layer.bias.begin(), layer.bias.end(), 0.0f);
    expect_product(layer, x, 1, run(plain, x, 1, 1));
    Workspace workspace(1);
    std::vector<float> y(5, 1.0f), sums = run(plain, x, 1, 1);
    plain.run(workspace, x.data(), 1, y.data(), After::kAdd);
    for (std::size_t i = 0; i < y.size(); ++i) EXPECT_EQ(y[i], 1.0f + sums[i]);
  }
}

TEST(StoredLinear, ReadsWeightsAtAnyAlignment) {
  for (const WeightForm form : kForms) {
    const Layer layer(form, 19, 77);
    const auto x = random_values(layer.in, 3);
    const auto size = static_cast<std::size_t>(form_bytes(form, layer.out, layer.in));
    std::vector<std::byte> moved(size + 1);
    std::memcpy(moved.data() + 1, layer.bytes.data(), size);
    const StoredLinear linear(layer.in, form, {{moved.data() + 1, layer.out, nullptr}}, layer.bias);
    EXPECT_EQ(run(linear, x, 1, 1), run(layer.linear(), x, 1, 1)) << form_name(form);
  }
}

TEST(StoredLinear, WhatIsNoNumberStaysWithItsRow) {
  for (const WeightForm form : kForms) {
    const Layer layer(form, 18, 130);
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      auto x = random_values(3 * layer.in, 3);
      x[static_cast<std::size_t>(layer.in + 128)] = bad;
      const auto y = run(layer.linear(), x, 3, 1);
      for (std::size_t i = 0; i < y.size(); ++i) {
        const bool hit = i / 18 == 1;
        EXPECT_EQ(std::isfinite(y[i]), !hit) << form_name(form) << ", " << bad << ", " << i;
      }
    }
  }
}

TEST(StoredLinear, NoRowsAreNoWork) {
  const Layer layer(WeightForm::kInt4, 16, 64);
  EXPECT_TRUE(run(layer.linear(), {}, 0, 2).empty());
}

TEST(StoredLinear, AllocatesNothingInTheSteadyState) {
  for (const WeightForm form : kForms) {
    const Layer layer(form, 200, 400);
    const StoredLinear linear = layer.linear();
    Workspace workspace(1);
    for (const std::int64_t rows : {1, 20}) {
      const auto x = random_values(rows * layer.in, 3);
      std::vector<float> y(static_cast<std::size_t>(rows * layer.out));
      linear.run(workspace, x.data(), rows, y.data());
      const std::int64_t before = allocation_count();
      linear.run(workspace, x.data(), rows, y.data());
      EXPECT_EQ(allocation_count(), before) << form_name(form) << ", " << rows;
    }
  }
}

TEST(StoredLinear, RefusesLayersThatDoNotFit) {
  const Layer layer(WeightForm::kFloat32, 4, 8);
  const StoredWeights part{layer.bytes.data(), 4, nullptr};
  EXPECT_THROW(StoredLinear(0, WeightForm::kFloat32, {part}, {}), Error);
  EXPECT_THROW(StoredLinear(8, WeightForm::kFloat32, {{nullptr, 4, nullptr}}, {}), Error);
  EXPECT_THROW(StoredLinear(8, WeightForm::kFloat32, {{layer.bytes.data(), 0, nullptr}}, {}), Error);
  EXPECT_THROW(StoredLinear(8, WeightForm::kFloat32, {part}, {1, 2, 3}), Error);
}

}  // namespace
}  // namespace blip::test
