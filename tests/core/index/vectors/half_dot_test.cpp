#include "core/index/vectors/half_dot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <new>
#include <random>

#include "core/base/half_float.h"

namespace blip {
namespace {

struct alignas(64) Line {
  Half values[kDotWidth] = {};
};

class HalfDots : public testing::TestWithParam<DotIsa> {
 protected:
  const blip::HalfDots dots_ = half_dots(GetParam());
};

TEST_P(HalfDots, MultiplyAndAddByHand) {
  Line rows[2];
  for (Half& value : rows[0].values) value = float_to_half(0.5F);
  rows[1].values[0] = float_to_half(-3);
  rows[1].values[31] = float_to_half(0.25F);
  std::vector<float> query(kDotWidth, 2);
  query[0] = 10;
  const std::int32_t picked[] = {1, 0};
  float scores[2] = {};
  dots_(rows[0].values, kDotWidth, picked, 2, query.data(), 1, scores, 2);
  EXPECT_EQ(scores[0], -29.5F);  // -3 * 10 + 0.25 * 2
  EXPECT_EQ(scores[1], 36.0F);   // 0.5 * 10 + 31 * 0.5 * 2
}

TEST_P(HalfDots, ReadEveryHalfExactly) {
  const std::vector<float> query = [] {
    std::vector<float> one(kDotWidth);
    one[5] = 1;
    return one;
  }();
  const std::int32_t first = 0;
  for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
    Line row;
    row.values[5] = static_cast<Half>(bits);
    const float expected = half_to_float(static_cast<Half>(bits));
    float score = 0;
    dots_(row.values, kDotWidth, &first, 1, query.data(), 1, &score, 1);
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(score)) << bits;
    } else {
      ASSERT_EQ(score, expected) << bits;
    }
  }
}

TEST_P(HalfDots, AreWithinTheErrorOfSinglePrecision) {
  std::mt19937_64 random(1);
  std::normal_distribution<float> normal(0, 1);
  for (const std::int64_t width : {32, 64, 256, 288}) {
    const std::int64_t count = 23;
    for (std::int64_t query_count = 1; query_count <= 9; ++query_count) {
      std::vector<Line> rows(static_cast<std::size_t>(count * width / kDotWidth));
      Half* values = rows[0].values;
      for (std::int64_t i = 0; i < count * width; ++i) values[i] = float_to_half(normal(random));
      std::vector<float> queries(static_cast<std::size_t>(query_count * width));
      for (float& x : queries) x = normal(random);
      std::vector<std::int32_t> picked;
      for (std::int64_t i = 0; i < count; ++i) picked.push_back(static_cast<std::int32_t>(random() % count));
      std::vector<float> scores(static_cast<std::size_t>(query_count * (count + 3)));
      dots_(values, width, picked.data(), count, queries.data(), query_count, scores.data(), count + 3);
      for (std::int64_t q = 0; q < query_count; ++q) {
        for (std::int64_t i = 0; i < count; ++i) {
          double exact = 0, size = 0;
          for (std::int64_t d = 0; d < width; ++d) {
            const double product = double{half_to_float(values[picked[static_cast<std::size_t>(i)] * width + d])} *
                                   queries[static_cast<std::size_t>(q * width + d)];
            exact += product;
            size += std::abs(product);
          }
          // Each product and each of fewer than `width` additions is off by at most half a unit in the last place.
          const double bound = static_cast<double>(width) * std::ldexp(1.0, -24) * 1.001 * size;
          EXPECT_NEAR(scores[static_cast<std::size_t>(q * (count + 3) + i)], exact, bound);
        }
      }
    }
  }
}

TEST_P(HalfDots, SayTheSameOfARowAloneAndInCompany) {
  std::mt19937_64 random(2);
  std::normal_distribution<float> normal(0, 1);
  const std::int64_t width = 96, count = 7, query_count = 6;
  std::vector<Line> rows(static_cast<std::size_t>(count * width / kDotWidth));
  for (std::int64_t i = 0; i < count * width; ++i) rows[0].values[i] = float_to_half(normal(random));
  std::vector<float> queries(static_cast<std::size_t>(query_count * width));
  for (float& x : queries) x = normal(random);
  const std::int32_t picked[] = {0, 1, 2, 3, 4, 5, 6};
  float together[query_count][count];
  dots_(rows[0].values, width, picked, count, queries.data(), query_count, together[0], count);
  for (std::int64_t q = 0; q < query_count; ++q) {
    for (std::int64_t i = 0; i < count; ++i) {
      float alone = 0;
      dots_(rows[0].values, width, picked + i, 1, queries.data() + q * width, 1, &alone, 1);
      EXPECT_EQ(alone, together[q][i]) << "query " << q << ", row " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Isas, HalfDots, testing::ValuesIn(dot_isas()), [](const auto& isa) {
  const std::string name = name_of(isa.param);
  return name == "AVX-512" ? std::string("AVX512") : name;
});

TEST(DotIsas, BeginWithTheOneThatEveryCpuHas) {
  EXPECT_EQ(dot_isas().front(), DotIsa::kBaseline);
  EXPECT_EQ(half_dots(), half_dots(dot_isas().back()));
}

}  // namespace
}  // namespace blip
