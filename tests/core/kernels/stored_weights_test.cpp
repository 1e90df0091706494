#include "core/kernels/stored_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/base/error.h"
#include "core/base/half_float.h"
#include "tests/core/kernels/double_loops.h"

namespace blip::test {
namespace {

std::vector<std::uint8_t> quantised(const std::vector<float>& weights, std::int64_t out, std::int64_t in, WeightForm to,
                                    int threads = 1) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(form_bytes(to, out, in)), 0xa5);
  quantize_weights(WeightForm::kFloat32, weights.data(), out, in, to, bytes.data(), threads);
  return bytes;
}

std::vector<float> read_back(WeightForm form, const std::vector<std::uint8_t>& bytes, std::int64_t out,
                             std::int64_t in) {
  std::vector<float> values(static_cast<std::size_t>(out * in));
  for (std::int64_t o = 0; o < out; ++o) read_weights(form, bytes.data(), out, in, o, values.data() + o * in);
  return values;
}

// Calls body(first, last) with the groups of weights [out, in].
template <class Body>
void over_groups(std::int64_t out, std::int64_t in, Body body) {
  for (std::int64_t o = 0; o < out; ++o) {
    for (std::int64_t begin = 0; begin < in; begin += kGroup)
      body(static_cast<std::size_t>(o * in + begin), static_cast<std::size_t>(o * in + std::min(begin + kGroup, in)));
  }
}

double largest_of(const std::vector<float>& weights, std::size_t first, std::size_t last) {
  double largest = 0;
  for (std::size_t i = first; i < last; ++i) largest = std::max<double>(largest, std::abs(weights[i]));
  return largest;
}

// Uniform weights whose rows are of sizes from 1e-6 to 1e4.
std::vector<float> weights_of_all_sizes(std::int64_t out, std::int64_t in) {
  auto weights = random_values(out * in, 7);
  for (std::int64_t i = 0; i < out * in; ++i)
    weights[static_cast<std::size_t>(i)] *= std::pow(10.0f, static_cast<float>(i / in % 11) - 6);
  return weights;
}

constexpr double kLeastHalf = 0x1p-24;  // the step of halves below 2^-14

TEST(StoredWeights, BytesFollowFromTheForm) {
  EXPECT_EQ(form_bytes(WeightForm::kFloat32, 3, 5), 60);
  EXPECT_EQ(form_bytes(WeightForm::kFloat16, 3, 5), 30);
  EXPECT_EQ(form_bytes(WeightForm::kBFloat16, 3, 5), 30);
  // Two blocks of 16 outputs, two groups of 64 inputs: 4096 weights and 64 scales of two bytes.
  EXPECT_EQ(form_bytes(WeightForm::kInt8, 17, 65), 4096 + 128);
  EXPECT_EQ(form_bytes(WeightForm::kInt4, 17, 65), 2048 + 128);
}

TEST(StoredWeights, Int8IsOffByHalfAStepAtMost) {
  constexpr std::int64_t kOut = 33, kIn = 200;
  const auto weights = weights_of_all_sizes(kOut, kIn);
  const auto found = read_back(WeightForm::kInt8, quantised(weights, kOut, kIn, WeightForm::kInt8), kOut, kIn);
  over_groups(kOut, kIn, [&](std::size_t first, std::size_t last) {
    // A half not below largest / 127 is at most 2^-10 of it larger.
    const double step = largest_of(weights, first, last) / 127 * (1 + 0x1p-10) + kLeastHalf;
    for (std::size_t i = first; i < last; ++i)
      ASSERT_LE(std::abs(found[i] - weights[i]), step / 2 * (1 + 1e-5)) << i << ": " << weights[i];
  });
}

TEST(StoredWeights, Int4IsNoWorseThanTheStepThatReachesAll) {
  constexpr std::int64_t kOut = 33, kIn = 200;
  const auto weights = weights_of_all_sizes(kOut, kIn);
  const auto found = read_back(WeightForm::kInt4, quantised(weights, kOut, kIn, WeightForm::kInt4), kOut, kIn);
  double all = 0, plain = 0;
  over_groups(kOut, kIn, [&](std::size_t first, std::size_t last) {
    const double step = largest_of(weights, first, last) / 7 * (1 + 0x1p-10) + kLeastHalf;
    double squares = 0, coarse = 0;
    for (std::size_t i = first; i < last; ++i) {
      const double rounding = weights[i] - std::nearbyint(weights[i] / step) * step;
      squares += std::pow(found[i] - weights[i], 2);
      coarse += rounding * rounding;
      ASSERT_LE(std::abs(found[i] - weights[i]), 3 * step) << i;  // 9 reached by 7: 2 of a finer step, and rounding
    }
    ASSERT_LE(squares, static_cast<double>(last - first) * step * step / 4);
    all += squares / (step * step);
    plain += coarse / (step * step);
  });
  EXPECT_LT(all, plain);
}

TEST(StoredWeights, MultiplesOfAStepStayAsTheyAre) {
  constexpr std::int64_t kIn = 64;
  std::vector<float> bytes(kIn), nibbles(kIn), upper(kIn);
  for (std::int64_t i = 0; i < kIn; ++i) {
    bytes[static_cast<std::size_t>(i)] = static_cast<float>(i * 4 - 127) * 0.125f;
    nibbles[static_cast<std::size_t>(i)] = static_cast<float>(i % 16 - 8) * 0.125f;
    upper[static_cast<std::size_t>(i)] = -nibbles[static_cast<std::size_t>(i)];
  }
  bytes.back() = 127 * 0.125f;
  EXPECT_EQ(read_back(WeightForm::kInt8, quantised(bytes, 1, kIn, WeightForm::kInt8), 1, kIn), bytes);
  EXPECT_EQ(read_back(WeightForm::kInt4, quantised(nibbles, 1, kIn, WeightForm::kInt4), 1, kIn), nibbles);
  EXPECT_EQ(read_back(WeightForm::kInt4, quantised(upper, 1, kIn, WeightForm::kInt4), 1, kIn), upper);
}

TEST(StoredWeights, ZerosStayZeros) {
  const std::vector<float> zeros(3 * 70);
  for (const auto form : {WeightForm::kInt8, WeightForm::kInt4})
    EXPECT_EQ(read_back(form, quantised(zeros, 3, 70, form), 3, 70), zeros);
}

// As stored_weights.h says; the packed cache keeps these bytes between versions.
TEST(StoredWeights, LieAsDescribed) {
  constexpr std::int64_t kOut = 2, kIn = 70;  // output 1: 127 at input 5 and -64 at input 69
  std::vector<float> weights(kOut * kIn);
  weights[kIn + 5] = 127;
  weights[kIn + 69] = -127;
  const auto bytes = quantised(weights, kOut, kIn, WeightForm::kInt8);
  std::vector<std::uint8_t> expected(bytes.size());
  expected[1 * 64 + 1 * 4 + 1] = 127;                                     // quad 1, output 1, second of four
  expected[1024 + 1 * 64 + 1 * 4 + 1] = static_cast<std::uint8_t>(-127);  // the next group
  const std::uint16_t one = float_to_half(1);
  for (const std::size_t scale : {2048 + 2 * 1, 2048 + 2 * (16 + 1)}) {
    expected[scale] = one & 0xff;
    expected[scale + 1] = one >> 8;
  }
  EXPECT_EQ(bytes, expected);

  weights[kIn + 5] = -7;
  weights[kIn + 69] = 7;
  const auto nibbles = quantised(weights, kOut, kIn, WeightForm::kInt4);
  expected.assign(nibbles.size(), 0);
  std::fill_n(expected.begin(), 1024, std::uint8_t{0x88});
  expected[1 * 4 + 1] = 0x18;        // quad 1 is the upper half of the first 64 bytes
  expected[512 + 1 * 4 + 1] = 0xf8;  // and so it is in the next group
  for (const std::size_t scale : {1024 + 2 * 1, 1024 + 2 * (16 + 1)}) {
    expected[scale] = one & 0xff;
    expected[scale + 1] = one >> 8;
  }
  EXPECT_EQ(nibbles, expected);
}

TEST(StoredWeights, AnyNumberOfThreadsFillsTheSameBytes) {
  const auto weights = random_values(100 * 130, 3);
  for (const auto form : {WeightForm::kInt8, WeightForm::kInt4})
    EXPECT_EQ(quantised(weights, 100, 130, form, 1), quantised(weights, 100, 130, form, 3));
}

TEST(StoredWeights, HalvesAndBFloat16AreReadAsWhatTheyAre) {
  constexpr std::int64_t kOut = 5, kIn = 37;
  const auto weights = random_values(kOut * kIn, 3);
  const auto halves = to_halves(weights);
  const auto bfloats = stored(weights, MatmulType::kBFloat16);
  const auto rounded = to_floats(halves), cut = representable(weights, MatmulType::kBFloat16);
  for (const auto form : {WeightForm::kInt8, WeightForm::kInt4}) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(form_bytes(form, kOut, kIn)));
    quantize_weights(WeightForm::kFloat16, halves.data(), kOut, kIn, form, bytes.data(), 1);
    EXPECT_EQ(bytes, quantised(rounded, kOut, kIn, form));
    quantize_weights(WeightForm::kBFloat16, bfloats.data(), kOut, kIn, form, bytes.data(), 1);
    EXPECT_EQ(bytes, quantised(cut, kOut, kIn, form));
  }
  std::vector<float> row(kIn);
  read_weights(WeightForm::kFloat16, halves.data(), kOut, kIn, 3, row.data());
  EXPECT_TRUE(std::equal(row.begin(), row.end(), rounded.begin() + 3 * kIn));
  read_weights(WeightForm::kBFloat16, bfloats.data(), kOut, kIn, 4, row.data());
  EXPECT_TRUE(std::equal(row.begin(), row.end(), cut.begin() + 4 * kIn));
  read_weights(WeightForm::kFloat32, weights.data(), kOut, kIn, 1, row.data());
  EXPECT_TRUE(std::equal(row.begin(), row.end(), weights.begin() + kIn));
}

TEST(StoredWeights, RefusesWhatCannotBeQuantised) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity(), 1e6f}) {
    auto weights = random_values(20 * 70, 3);
    weights[17 * 70 + 66] = bad;
    for (const auto form : {WeightForm::kInt8, WeightForm::kInt4}) {
      try {
        quantised(weights, 20, 70, form, 2);
        ADD_FAILURE() << bad;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
        EXPECT_THAT(error.what(), testing::HasSubstr("output 17 from input 64"));
      }
    }
  }
  float weight = 1;
  std::uint8_t byte = 0;
  EXPECT_THROW(quantize_weights(WeightForm::kInt8, &weight, 1, 1, WeightForm::kInt4, &byte, 1), Error);
  EXPECT_THROW(quantize_weights(WeightForm::kFloat32, &weight, 1, 1, WeightForm::kFloat16, &byte, 1), Error);
}

}  // namespace
}  // namespace blip::test
