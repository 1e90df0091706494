#include "pipelines/indexing/segment_thumbnail.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/vision/image_file.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

class SegmentThumbnail : public testing::Test {
 protected:
  // Red on the left half, blue on the right one.
  static RgbImage picture(int width, int height) {
    RgbImage image(width, height);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        std::uint8_t* pixel = image.row(y) + 3 * x;
        pixel[0] = x < width / 2 ? 200 : 0;
        pixel[1] = 0;
        pixel[2] = x < width / 2 ? 0 : 200;
      }
    return image;
  }
  RgbImage made(const ImageView& view) {
    std::ofstream(directory_ / "a.jpg", std::ios::binary) << ThumbnailMaker().make(view);
    return read_image(directory_ / "a.jpg");
  }
  test::TempDir directory_;
};

TEST_F(SegmentThumbnail, TheLongerSideIsOf320Pixels) {
  const RgbImage wide = made(picture(1280, 720).view());
  EXPECT_EQ(wide.width, 320);
  EXPECT_EQ(wide.height, 180);
  const RgbImage tall = made(picture(720, 1280).view());
  EXPECT_EQ(tall.width, 180);
  EXPECT_EQ(tall.height, 320);
}

TEST_F(SegmentThumbnail, ASmallPictureKeepsItsSize) {
  const RgbImage small = made(picture(64, 48).view());
  EXPECT_EQ(small.width, 64);
  EXPECT_EQ(small.height, 48);
  EXPECT_NEAR(small.row(24)[0], 200, 12);
  EXPECT_NEAR(small.row(24)[3 * 60 + 2], 200, 12);
}

TEST_F(SegmentThumbnail, StandsUpright) {
  const RgbImage image = picture(640, 320);
  ImageView view = image.view();
  view.orientation = Orientation::kRotate90Clockwise;  // left comes to the top
  const RgbImage turned = made(view);
  EXPECT_EQ(turned.width, 160);
  EXPECT_EQ(turned.height, 320);
  EXPECT_GT(turned.row(20)[3 * 80], 150) << "red above";
  EXPECT_GT(turned.row(300)[3 * 80 + 2], 150) << "blue below";
}

// A chequered picture becomes grey, whatever its format and however odd its sides.
TEST_F(SegmentThumbnail, PixelsAreMeansOfMany) {
  constexpr int kWidth = 1285, kHeight = 643;
  std::vector<std::uint8_t> luma(std::size_t{kWidth} * kHeight), chroma(std::size_t{643} * 322 * 2, 128);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) luma[static_cast<std::size_t>(y * kWidth + x)] = (x + y) % 2 == 0 ? 50 : 150;
  ImageView view;
  view.width = kWidth;
  view.height = kHeight;
  view.range = ColorRange::kFull;
  for (const PixelFormat format : {PixelFormat::kGray8, PixelFormat::kI420, PixelFormat::kNv12}) {
    view.format = format;
    view.planes = {luma.data(), chroma.data(), chroma.data()};
    const std::ptrdiff_t chroma_stride = format == PixelFormat::kNv12 ? 2 * 643 : 643;
    view.strides = {kWidth, chroma_stride, chroma_stride};
    const RgbImage small = made(view);
    EXPECT_EQ(small.width, 320);
    EXPECT_EQ(small.height, 160);
    for (int x : {0, 160, 319})
      for (int c = 0; c < 3; ++c) EXPECT_NEAR(small.row(80)[3 * x + c], 100, 3) << static_cast<int>(format);
  }
}

TEST_F(SegmentThumbnail, AVeryWidePictureHasARowLeft) {
  const RgbImage line = made(picture(4000, 2).view());
  EXPECT_EQ(line.width, 320);
  EXPECT_EQ(line.height, 1);
}

}  // namespace
}  // namespace blip
