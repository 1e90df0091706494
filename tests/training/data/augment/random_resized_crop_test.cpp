#include "training/data/augment/random_resized_crop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/training/data/augment/augment_goldens.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

TEST(RandomResizedCropGolden, GivenBoxesAreExactlyTorchvisions) {
  const test::AugmentGoldens goldens;
  for (const auto& entry : goldens.cases("crops")) {
    const CropBox box{entry.at("top"), entry.at("left"), entry.at("height"), entry.at("width")};
    const RgbImage found = resized_crop(goldens.picture(entry.at("picture")), box, entry.at("side"));
    EXPECT_EQ(found.pixels, goldens.image(entry.at("result")).pixels) << entry.dump();
  }
}

TEST(RandomResizedCrop, BoxesHaveAreasAndRatiosInRange) {
  RandomStream random{{1}};
  constexpr int kWidth = 400, kHeight = 300, kDraws = 4000;
  double area_sum = 0, least_area = 1, least_ratio = 9, most_ratio = 0;
  for (int i = 0; i < kDraws; ++i) {
    const CropBox box = draw_crop(kWidth, kHeight, 0.2, random);
    ASSERT_GE(box.top, 0);
    ASSERT_GE(box.left, 0);
    ASSERT_LE(box.top + box.height, kHeight);
    ASSERT_LE(box.left + box.width, kWidth);
    const double area = static_cast<double>(box.width) * box.height / (kWidth * kHeight);
    const double ratio = static_cast<double>(box.width) / box.height;
    area_sum += area;
    least_area = std::min(least_area, area);
    least_ratio = std::min(least_ratio, ratio);
    most_ratio = std::max(most_ratio, ratio);
  }
  EXPECT_NEAR(least_area, 0.2, 0.01);
  EXPECT_NEAR(least_ratio, 0.75, 0.02);
  EXPECT_NEAR(most_ratio, 4.0 / 3, 0.03);
  // At ratio r areas up to 0.75 r fit: ((0.3418 - 0.0230) / 2) / (0.4375 - 0.1151), integrated over log r.
  EXPECT_NEAR(area_sum / kDraws, 0.4944, 0.015);
}

TEST(RandomResizedCrop, FallsBackToTheMiddleOfALongPicture) {
  RandomStream random{{1}};
  const CropBox wide = draw_crop(1000, 30, 1, random);  // no box of the whole area fits the ratios
  EXPECT_EQ(wide.height, 30);
  EXPECT_EQ(wide.width, 40);
  EXPECT_EQ(wide.left, 480);
  EXPECT_EQ(wide.top, 0);
  const CropBox tall = draw_crop(30, 1000, 1, random);
  EXPECT_EQ(tall.width, 30);
  EXPECT_EQ(tall.height, 40);
  EXPECT_EQ(tall.top, 480);
  const CropBox speck = draw_crop(1, 1, 0.2, random);
  EXPECT_EQ(speck.width, 1);
  EXPECT_EQ(speck.height, 1);
}

TEST(RandomResizedCrop, RefusesBoxesOutside) {
  const RgbImage image(4, 3);
  for (const CropBox& box : {CropBox{0, 0, 4, 4}, CropBox{0, 1, 3, 4}, CropBox{-1, 0, 1, 1}, CropBox{0, 0, 0, 1}})
    EXPECT_THAT(test::error_of([&] { crop(image, box); }), testing::HasSubstr("leaves a picture of 4x3"));
}

}  // namespace
}  // namespace blip
