#include "training/data/augment/augment_ops.h"

#include <gtest/gtest.h>

#include <vector>

namespace blip {
namespace {

RgbImage grey_row(const std::vector<int>& levels) {
  RgbImage image(static_cast<int>(levels.size()), 1);
  for (std::size_t i = 0; i < levels.size(); ++i)
    for (std::size_t c = 0; c < 3; ++c) image.pixels[3 * i + c] = static_cast<std::uint8_t>(levels[i]);
  return image;
}

std::vector<int> levels_of(const RgbImage& image) {
  std::vector<int> levels;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) levels.push_back(image.pixels[i]);
  return levels;
}

TEST(AugmentOps, AutoContrastStretchesToWhite) {
  EXPECT_EQ(levels_of(auto_contrast(grey_row({0, 10, 51}))), (std::vector<int>{0, 50, 255}));
  EXPECT_EQ(levels_of(auto_contrast(grey_row({40, 40}))), (std::vector<int>{40, 40}));
  // As the original computes it: the lowest level 1 is negated as a byte, 255.
  EXPECT_EQ(levels_of(auto_contrast(grey_row({1, 52, 103}))), (std::vector<int>{255, 255, 255}));
}

TEST(AugmentOps, EqualizeSpreadsTheHistogram) {
  // 510 pixels, the last level has 2: a step is 508 / 255 = 1, so levels move to the count of pixels below them.
  std::vector<int> levels;
  for (int i = 0; i < 254; ++i) levels.insert(levels.end(), {i / 2, i / 2});
  levels.insert(levels.end(), {200, 200});
  const auto found = levels_of(equalize(grey_row(levels)));
  EXPECT_EQ(found[0], 0);
  EXPECT_EQ(found[4], 4);
  EXPECT_EQ(found[8], 8);
  EXPECT_EQ(levels_of(equalize(grey_row({7, 9}))), (std::vector<int>{7, 9}));  // too few pixels for a step
}

TEST(AugmentOps, BrightnessScalesAndCuts) {
  EXPECT_EQ(levels_of(brightness(grey_row({0, 3, 100, 200}), 1.5)), (std::vector<int>{0, 4, 150, 255}));
}

TEST(AugmentOps, SharpnessOfOneChangesNothing) {
  RgbImage image(3, 3);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<std::uint8_t>(i * 9);
  EXPECT_EQ(sharpness(image, 1).pixels, image.pixels);
  // Only the middle has all neighbours: (sum + 4 x middle) / 13 weighs half.
  const auto half = sharpness(image, 0.5);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    if (i / 3 == 4) continue;
    EXPECT_EQ(half.pixels[i], image.pixels[i]);
  }
}

TEST(AugmentOps, TranslationMovesWholePixelsAndFillsWithGrey) {
  EXPECT_EQ(levels_of(translate_x(grey_row({10, 20, 30, 40}), 1)), (std::vector<int>{20, 30, 40, 128}));
  EXPECT_EQ(levels_of(translate_x(grey_row({10, 20, 30, 40}), -2)), (std::vector<int>{128, 128, 10, 20}));
  RgbImage column(1, 3);
  column.pixels = {1, 1, 1, 2, 2, 2, 3, 3, 3};
  EXPECT_EQ(levels_of(translate_y(column, 1)), (std::vector<int>{2, 3, 128}));
  EXPECT_EQ(levels_of(translate_y(column, -1)), (std::vector<int>{128, 1, 2}));
}

TEST(AugmentOps, ShearKeepsTheFirstRowAndColumn) {
  RgbImage image(4, 2);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<std::uint8_t>(i);
  const RgbImage sheared = shear_x(image, 1);  // the second row moves one pixel to the right
  EXPECT_EQ(levels_of(sheared), (std::vector<int>{0, 3, 6, 9, 128, 12, 15, 18}));
  EXPECT_EQ(levels_of(shear_y(image, 1)), (std::vector<int>{0, 128, 128, 128, 12, 3, 128, 128}));
}

TEST(AugmentOps, ARightAngleTurnsAboutTheMiddle) {
  RgbImage image(3, 3);
  for (std::size_t i = 0; i < 9; ++i)
    for (std::size_t c = 0; c < 3; ++c) image.pixels[3 * i + c] = static_cast<std::uint8_t>(10 * i);
  // The original's middle is (W / 2, H / 2), a corner of pixels: a half turn leaves the first row and column grey.
  EXPECT_EQ(levels_of(rotate(image, 180)), (std::vector<int>{128, 128, 128, 128, 80, 70, 128, 50, 40}));
}

}  // namespace
}  // namespace blip
