#include "core/generate/log_softmax.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(LogSoftmax, OfEqualLogitsIsUniform) {
  for (const std::size_t size : {1u, 3u, 16u, 17u, 4096u, 30524u}) {
    std::vector<float> row(size, 7.5f);
    log_softmax(row);
    for (const float value : row) ASSERT_NEAR(value, -std::log(static_cast<double>(size)), 2e-6) << size;
  }
}

TEST(LogSoftmax, AgreesWithDoublePrecisionOnEveryRange) {
  std::mt19937 generator(7);
  for (const double spread : {0.01, 1.0, 5.0, 30.0, 200.0}) {
    std::normal_distribution<double> normal(-20, spread);
    std::vector<float> row(30524);
    for (float& value : row) value = static_cast<float>(normal(generator));
    double max = -1e300, sum = 0;
    for (const float value : row) max = std::max(max, static_cast<double>(value));
    for (const float value : row) sum += std::exp(value - max);
    auto result = row;
    log_softmax(result);
    for (std::size_t i = 0; i < row.size(); ++i) {
      const double exact = row[i] - max - std::log(sum);
      ASSERT_NEAR(result[i], exact, 1e-6 + std::abs(exact) * 2.5e-7) << "spread " << spread;
    }
  }
}

TEST(LogSoftmax, BarredTokensStayBarredAndCountForNothing) {
  std::vector<float> row{0, -kInfinity, 0, -kInfinity};
  log_softmax(row);
  EXPECT_NEAR(row[0], std::log(0.5), 1e-7);
  EXPECT_EQ(row[1], -kInfinity);
}

TEST(LogSoftmax, IsNeverAboveZero) {
  std::vector<float> row(1000, -300.0f);
  row[3] = 40;
  log_softmax(row);
  EXPECT_EQ(row[3], 0.0f);
}

TEST(LogSoftmax, RefusesRowsWithoutAChoice) {
  for (const std::size_t where : {0u, 15u, 16u, 99u}) {
    std::vector<float> row(100, 1.0f);
    row[where] = kNan;
    EXPECT_THROW(log_softmax(row), Error) << "NaN at " << where;
    row[where] = kInfinity;
    EXPECT_THROW(log_softmax(row), Error) << "+inf at " << where;
  }
  std::vector<float> barred(100, -kInfinity), empty;
  EXPECT_THROW(log_softmax(barred), Error);
  EXPECT_THROW(log_softmax(empty), Error);
}

}  // namespace
}  // namespace blip
