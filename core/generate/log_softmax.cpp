#include "core/generate/log_softmax.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr std::size_t kLanes = 16;           // independent accumulators: compilers turn them into vector registers
constexpr std::size_t kFlushEvery = 64;      // additions in float before the lanes are added up in double
constexpr float kSmallestExponent = -87.0f;  // exp of anything below counts as exp(-87) = 2e-38
constexpr float kRoundToInteger =
    12582912.0f;  // 1.5 * 2^23: adding it leaves the nearest integer in the low mantissa bits

// exp(x) for x <= 0 by 2^n * exp(r), |r| <= ln(2)/2, exp(r) from its Taylor series: relative error below 3e-7, exact at
// 0.
inline float exp_of_nonpositive(float x) {
  x = x < kSmallestExponent ? kSmallestExponent : x;
  const float shifted = x * 1.44269504f + kRoundToInteger;
  const float n = shifted - kRoundToInteger;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(p) + (std::bit_cast<std::uint32_t>(shifted) << 23));
}

float max_of(std::span<const float> row) {
  std::array<float, kLanes> lane_max;
  lane_max.fill(-std::numeric_limits<float>::infinity());
  std::array<std::int32_t, kLanes> lane_nan{};
  std::size_t i = 0;
  for (; i + kLanes <= row.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float x = row[i + lane];
      lane_max[lane] = x > lane_max[lane] ? x : lane_max[lane];
      lane_nan[lane] |= x != x ? 1 : 0;
    }
  }
  for (; i < row.size(); ++i) {
    lane_max[0] = std::max(lane_max[0], row[i]);
    lane_nan[0] |= std::isnan(row[i]) ? 1 : 0;
  }
  const float max = *std::max_element(lane_max.begin(), lane_max.end());
  const bool has_nan = std::any_of(lane_nan.begin(), lane_nan.end(), [](std::int32_t nan) { return nan != 0; });
  if (has_nan || !std::isfinite(max))
    throw Error(ErrorKind::kFailed, "the model gave logits that no token can be chosen from (" +
                                        std::string(has_nan ? "NaN among " : "no finite maximum among ") +
                                        std::to_string(row.size()) + " values); damaged weights or an overflow");
  return max;
}

double sum_of_exponentials(std::span<const float> row, float max) {
  double sum = 0;
  std::array<float, kLanes> lanes{};
  std::size_t i = 0, pending = 0;
  const auto flush = [&] {
    for (float& lane : lanes) sum += std::exchange(lane, 0.0f);
    pending = 0;
  };
  for (; i + kLanes <= row.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += exp_of_nonpositive(row[i + lane] - max);
    if (++pending == kFlushEvery) flush();
  }
  flush();
  for (; i < row.size(); ++i) sum += exp_of_nonpositive(row[i] - max);
  return sum;
}

}  // namespace

LogNormaliser::LogNormaliser(std::span<const float> logits)
    : max_(max_of(logits)), log_sum_(static_cast<float>(std::log(sum_of_exponentials(logits, max_)))) {}

void log_softmax(std::span<float> row) {
  const LogNormaliser normaliser(row);
  for (float& value : row) value = normaliser(value);
}

}  // namespace blip
