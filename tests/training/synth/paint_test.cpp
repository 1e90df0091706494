#include "training/synth/paint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace blip::synth {
namespace {

Coverage everything(int width, int height) {
  Coverage coverage(width, height);
  const double w = width, h = height;
  coverage.fill({{{0, 0}, {w, 0}, {w, h}, {0, h}}});
  return coverage;
}

RgbImage even_image(int width, int height, std::uint8_t value) {
  RgbImage image(width, height);
  std::fill(image.pixels.begin(), image.pixels.end(), value);
  return image;
}

TEST(Paint, CoversByShareAndOpacity) {
  RgbImage image = even_image(4, 4, 100);
  Fill fill;
  fill.color = {200, 0, 100};
  Coverage half(4, 4);
  half.fill({{{0, 0}, {0.5, 0}, {0.5, 4}, {0, 4}}});
  paint(image, half, fill);
  EXPECT_EQ(image.row(1)[0], 150);
  EXPECT_EQ(image.row(1)[1], 50);
  EXPECT_EQ(image.row(1)[3], 100);
  paint(image, everything(4, 4), fill, 0.5F);
  EXPECT_EQ(image.row(1)[0], 175);
  EXPECT_EQ(image.row(1)[3], 150);
  paint(image, everything(4, 4), fill);
  EXPECT_EQ(image.row(2)[6], 200);
  EXPECT_EQ(image.row(2)[8], 100);
}

TEST(Paint, SlopeChangesTheLightAlongTheWay) {
  RgbImage image = even_image(21, 3, 0);
  Fill fill;
  fill.color = {100, 100, 100};
  fill.slope_x = 0.02F;
  fill.center = {10, 1};
  paint(image, everything(21, 3), fill);
  EXPECT_EQ(image.row(1)[3 * 10], 100);
  EXPECT_EQ(image.row(1)[3 * 20], 120);
  EXPECT_EQ(image.row(1)[0], 80);
}

TEST(Paint, BandsAreDarkerByTheirDepth) {
  RgbImage image = even_image(40, 1, 0);
  Fill fill;
  fill.color = {200, 200, 200};
  fill.band_x = 1;
  fill.band_depth = 0.1F;
  paint(image, everything(40, 1), fill);
  int dark = 0;
  for (int x = 0; x < 40; ++x) {
    const int value = image.row(0)[3 * x];
    EXPECT_TRUE(value == 200 || value == 180) << value;
    dark += value == 180 ? 1 : 0;
  }
  EXPECT_NEAR(dark, 20, 3);
}

// Levels of 255, as the distance of two colours.
TEST(Paint, ShadesOfDifferentWordsStayApart) {
  constexpr int kShades = 40;
  std::array<std::array<Rgb, kShades>, kColorWords.size()> shades;
  Random random({4});
  for (std::size_t i = 0; i < shades.size(); ++i)
    for (Rgb& shade : shades[i]) shade = shade_of(static_cast<Color>(i), random);
  constexpr double kApart = 55;
  for (std::size_t i = 0; i < shades.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      for (const Rgb& a : shades[i])
        for (const Rgb& b : shades[j]) {
          const double distance = std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
          ASSERT_GT(distance, kApart) << kColorWords[i] << " and " << kColorWords[j];
        }
}

}  // namespace
}  // namespace blip::synth
