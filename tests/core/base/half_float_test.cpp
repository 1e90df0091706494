#include "core/base/half_float.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace blip {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(HalfFloat, ReadsKnownBits) {
  EXPECT_EQ(half_to_float(0x0000), 0.0F);
  EXPECT_TRUE(std::signbit(half_to_float(0x8000)));
  EXPECT_EQ(half_to_float(0x3c00), 1.0F);
  EXPECT_EQ(half_to_float(0xc000), -2.0F);
  EXPECT_EQ(half_to_float(0x7bff), 65504.0F);
  EXPECT_EQ(half_to_float(0x0400), 0x1p-14F);          // smallest normal
  EXPECT_EQ(half_to_float(0x0001), 0x1p-24F);          // smallest subnormal
  EXPECT_EQ(half_to_float(0x83ff), -1023 * 0x1p-24F);  // largest subnormal
  EXPECT_EQ(half_to_float(0x7c00), kInfinity);
  EXPECT_TRUE(std::isnan(half_to_float(0x7e00)));
}

TEST(HalfFloat, EveryHalfSurvivesTheWayThroughFloat) {
  for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = half_to_float(half);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(half_to_float(float_to_half(value)))) << bits;
    } else {
      ASSERT_EQ(float_to_half(value), half) << bits;
    }
  }
}

// Between two neighbouring halves lies one float that is as far from both; it goes to the even one, those around it to
// the nearer one. Halves are ordered as their bits are.
TEST(HalfFloat, RoundsToTheNearestAndTiesToEven) {
  for (std::uint32_t bits = 0; bits < 0x7bff; ++bits) {
    const auto lower = static_cast<std::uint16_t>(bits), upper = static_cast<std::uint16_t>(bits + 1);
    const float middle = (half_to_float(lower) + half_to_float(upper)) / 2;  // exact in float
    ASSERT_EQ(float_to_half(middle), bits % 2 == 0 ? lower : upper) << bits;
    ASSERT_EQ(float_to_half(std::nextafter(middle, -kInfinity)), lower) << bits;
    ASSERT_EQ(float_to_half(std::nextafter(middle, kInfinity)), upper) << bits;
    ASSERT_EQ(float_to_half(-middle), 0x8000 | (bits % 2 == 0 ? lower : upper)) << bits;
  }
}

TEST(HalfFloat, TooLargeBecomesInfinityAndTooSmallZero) {
  EXPECT_EQ(float_to_half(std::nextafter(65520.0F, 0.0F)), 0x7bff);
  EXPECT_EQ(float_to_half(65520.0F), 0x7c00);
  EXPECT_EQ(float_to_half(-1e30F), 0xfc00);
  EXPECT_EQ(float_to_half(kInfinity), 0x7c00);
  EXPECT_EQ(float_to_half(0x1p-25F), 0x0000);  // half of the smallest: ties to even
  EXPECT_EQ(float_to_half(std::nextafter(0x1p-25F, 1.0F)), 0x0001);
  EXPECT_EQ(float_to_half(-std::numeric_limits<float>::denorm_min()), 0x8000);
}

TEST(HalfFloat, ConvertsWholeArrays) {
  const std::vector<float> values = {0.0F, -1.5F, 1024.0F};
  EXPECT_EQ(to_halves(values), (std::vector<std::uint16_t>{0x0000, 0xbe00, 0x6400}));
  EXPECT_EQ(to_floats(to_halves(values)), values);
  EXPECT_TRUE(to_halves({}).empty());
}

}  // namespace
}  // namespace blip
