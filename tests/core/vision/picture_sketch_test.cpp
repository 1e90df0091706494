#include "core/vision/picture_sketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/vision/rgb_image.h"

namespace blip {
namespace {

RgbImage grey(int width, int height, std::uint8_t value) {
  RgbImage image(width, height);
  std::fill(image.pixels.begin(), image.pixels.end(), value);
  return image;
}

TEST(PictureSketch, DifferencesOfEvenPicturesAreTheirLevels) {
  const auto a = sketch_of(grey(160, 120, 50).view()), b = sketch_of(grey(64, 200, 61).view());
  EXPECT_EQ(difference(a, a).mean, 0);
  EXPECT_EQ(difference(a, b).mean, 11);
  EXPECT_EQ(difference(a, b).high, 11);
}

TEST(PictureSketch, ASmallChangeIsInTheHighNotInTheMean) {
  RgbImage image = grey(320, 240, 100);
  const auto before = sketch_of(image.view());
  for (int y = 0; y < 60; ++y)  // a tenth of the width, a quarter of the height: 2.5 % of the cells
    for (int x = 0; x < 32 * 3; ++x) image.row(y)[x] = 200;
  const auto d = difference(before, sketch_of(image.view()));
  EXPECT_NEAR(d.mean, 2.5, 0.7);
  EXPECT_EQ(d.high, 100);
}

TEST(PictureSketch, ReadsEveryFormatAndTheSmallestPicture) {
  const RgbImage image = grey(2, 2, 9);
  ImageView view = image.view();
  for (const PixelFormat format : {PixelFormat::kRgb, PixelFormat::kBgr, PixelFormat::kGray8}) {
    view.format = format;
    for (const auto cell : sketch_of(view).cells) ASSERT_EQ(cell, 9);
  }
  std::vector<std::uint8_t> luma{1, 2, 3}, chroma{40, 80, 41, 81};  // 3 x 1 pixels, NV12
  view.format = PixelFormat::kNv12;
  view.width = 3;
  view.height = 1;
  view.planes = {luma.data(), chroma.data(), nullptr};
  view.strides = {3, 4, 0};
  const auto nv12 = sketch_of(view);
  std::vector<std::uint8_t> u{40, 41}, v{80, 81};
  view.format = PixelFormat::kI420;
  view.planes = {luma.data(), u.data(), v.data()};
  view.strides = {3, 2, 2};
  EXPECT_EQ(nv12.cells, sketch_of(view).cells);
  EXPECT_EQ(difference(nv12, sketch_of(image.view())).mean > 0, true);
}

TEST(PictureSketch, OfDifferentFormatsAreFarApart) {
  PictureSketch one, other;
  one.cells.assign(3, 1);
  other.cells.assign(4, 1);
  EXPECT_EQ(difference(one, other).mean, 255);
  EXPECT_EQ(difference({}, {}).mean, 255);
}

}  // namespace
}  // namespace blip
