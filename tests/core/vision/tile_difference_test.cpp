#include "core/vision/tile_difference.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/error.h"
#include "tests/core/vision/picture_support.h"
#include "tests/support/guarded_bytes.h"

namespace blip {
namespace {

using test::Picture;

double difference(const Picture& a, const Picture& b) {
  return tile_difference(thumbnail(a.view), thumbnail(b.view));
}

TEST(TileDifference, OfEqualPicturesIsZero) {
  const Picture a(PixelFormat::kI420, 33, 17, 90), b(PixelFormat::kI420, 33, 17, 90, /*padding=*/5);
  EXPECT_EQ(difference(a, b), 0);
}

// One cell of a tile of 64 differs by 64.
TEST(TileDifference, IsTheMeanOfTheWorstTile) {
  Picture a(PixelFormat::kGray8, 64, 64, 100), b(PixelFormat::kGray8, 64, 64, 100);
  b.at(37, 50) = 164;
  EXPECT_DOUBLE_EQ(difference(a, b), 1);
  b.at(38, 50) = 36;  // below instead of above: signs do not cancel
  EXPECT_DOUBLE_EQ(difference(a, b), 2);
  b.at(3, 3) = 228;  // another tile, alone worse by half
  EXPECT_DOUBLE_EQ(difference(a, b), 2);
}

// A cell of four pixels is their mean: 64 in one of them is 16 in the cell.
TEST(TileDifference, CellsAreMeansOfTheirPixels) {
  Picture a(PixelFormat::kGray8, 128, 128, 100), b(PixelFormat::kGray8, 128, 128, 100);
  b.at(101, 77) = 164;
  EXPECT_DOUBLE_EQ(difference(a, b), 0.25);
}

// The mean over the picture would be 200 / 64.
TEST(TileDifference, ASmallThingIsNotAveragedAway) {
  Picture a(PixelFormat::kGray8, 640, 640, 20), b(PixelFormat::kGray8, 640, 640, 20);
  for (int y = 160; y < 240; ++y)
    for (int x = 400; x < 480; ++x) b.at(x, y) = 220;
  EXPECT_DOUBLE_EQ(difference(a, b), 200);
}

TEST(TileDifference, LimitedRangeCountsAsFullRange) {
  Picture black(PixelFormat::kI420, 64, 64, 128), white(PixelFormat::kI420, 64, 64, 128);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x) {
      black.at(x, y) = 16;
      white.at(x, y) = 235;
    }
  EXPECT_NEAR(difference(black, white), 255, 1e-4);
  black.view.range = white.view.range = ColorRange::kFull;
  EXPECT_NEAR(difference(black, white), 219, 1e-4);
}

// Cb from 128 to 240 of limited range is half of 255.
TEST(TileDifference, SeesAColourThatChangesAtEqualLuma) {
  Picture a(PixelFormat::kNv12, 64, 64, 128), b(PixelFormat::kNv12, 64, 64, 128);
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 32; ++x) b.at(2 * x, y, 1) = 240;
  EXPECT_NEAR(difference(a, b), 127.5, 1e-4);
}

// BT.601: Y' = 0.299 R, Cb = 128 - Y' / 1.772, Cr = 128 + (R - Y') / 1.402 = 128 + R / 2.
TEST(Thumbnail, OfRedIsItsLumaAndChroma) {
  Picture red(PixelFormat::kRgb, 8, 8, 0);
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 8; ++x) red.at(3 * x, y) = 200;
  const Thumbnail made = thumbnail(red.view);
  for (const std::size_t cell : {std::size_t{0}, made.planes[0].size() - 1}) {
    EXPECT_NEAR(made.planes[0][cell], 59.8, 1e-4);
    EXPECT_NEAR(made.planes[1][cell], 128 - 59.8 / 1.772, 1e-4);
    EXPECT_NEAR(made.planes[2][cell], 228, 1e-4);
  }
}

TEST(Thumbnail, IsTheSameInEveryOrderOfTheComponents) {
  Picture rgb(PixelFormat::kRgb, 21, 9, 0), bgr(PixelFormat::kBgr, 21, 9, 0), rgbx(PixelFormat::kRgbx, 21, 9, 7),
      bgrx(PixelFormat::kBgrx, 21, 9, 9);
  for (int y = 0; y < 9; ++y)
    for (int x = 0; x < 21; ++x)
      for (int c = 0; c < 3; ++c) {
        const auto value = static_cast<std::uint8_t>(31 * x + 7 * y + 50 * c);
        rgb.at(3 * x + c, y) = bgr.at(3 * x + 2 - c, y) = value;
        rgbx.at(4 * x + c, y) = bgrx.at(4 * x + 2 - c, y) = value;
      }
  const Thumbnail expected = thumbnail(rgb.view);
  for (const Picture* other : {&bgr, &rgbx, &bgrx}) EXPECT_EQ(thumbnail(other->view).planes, expected.planes);

  Picture i420(PixelFormat::kI420, 21, 9, 60), nv12(PixelFormat::kNv12, 21, 9, 60);
  for (int y = 0; y < 5; ++y)
    for (int x = 0; x < 11; ++x) {
      i420.at(x, y, 1) = nv12.at(2 * x, y, 1) = static_cast<std::uint8_t>(16 * x + y);
      i420.at(x, y, 2) = nv12.at(2 * x + 1, y, 1) = static_cast<std::uint8_t>(200 - 9 * x - y);
    }
  EXPECT_EQ(thumbnail(i420.view).planes, thumbnail(nv12.view).planes);
}

TEST(Thumbnail, ReadsNothingBeyondThePicture) {
  for (const auto& [width, height] : {std::pair{1, 1}, {3, 5}, {65, 63}, {127, 2}}) {
    const auto size = static_cast<std::size_t>(3 * width * height);
    const test::GuardedBytes bytes(size);
    std::fill(bytes.data(), bytes.data() + size, std::uint8_t{80});
    ImageView view;
    view.width = width;
    view.height = height;
    view.planes[0] = bytes.data();
    view.strides[0] = 3 * width;
    const Thumbnail made = thumbnail(view);
    EXPECT_NEAR(made.planes[0].back(), 80, 1e-4);
    EXPECT_NEAR(made.planes[2].front(), 128, 1e-4);
  }
}

TEST(Thumbnail, OfNothingIsAnError) {
  ImageView view;
  view.height = 4;
  try {
    thumbnail(view);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    EXPECT_NE(std::string(error.what()).find("0x4"), std::string::npos);
  }
}

}  // namespace
}  // namespace blip
