#include "core/media/frame_viewer.h"

#include <gtest/gtest.h>

#include <array>

#include "core/base/error.h"

namespace blip {
namespace {

FrameHandle make_frame(AVPixelFormat format, int width, int height, std::uint8_t level) {
  FrameHandle frame(av_frame_alloc());
  frame->format = format;
  frame->width = width;
  frame->height = height;
  av_frame_get_buffer(frame.get(), 0);
  for (int p = 0; p < 4 && frame->data[p] != nullptr; ++p) {
    const int rows = p == 0 || format != AV_PIX_FMT_YUV420P ? height : (height + 1) / 2;
    for (int y = 0; y < rows; ++y) std::fill_n(frame->data[p] + y * frame->linesize[p], frame->linesize[p], level);
  }
  return frame;
}

TEST(FrameView, PlanarFramesAreViewedWhereTheyLie) {
  FrameHandle frame = make_frame(AV_PIX_FMT_YUV420P, 6, 4, 90);
  frame->colorspace = AVCOL_SPC_BT709;
  frame->color_range = AVCOL_RANGE_JPEG;
  const std::uint8_t* luma = frame->data[0];
  FrameViewer viewer;
  const OwnedView owned = viewer.view(std::move(frame));
  EXPECT_EQ(owned.view.format, PixelFormat::kI420);
  EXPECT_EQ(owned.view.planes[0], luma);
  EXPECT_EQ(owned.view.width, 6);
  EXPECT_EQ(owned.view.height, 4);
  EXPECT_EQ(owned.view.matrix, ColorMatrix::kBt709);
  EXPECT_EQ(owned.view.range, ColorRange::kFull);
}

TEST(FrameView, UntaggedFramesAreBt601Limited) {
  FrameViewer viewer;
  const OwnedView owned = viewer.view(make_frame(AV_PIX_FMT_YUV420P, 2, 2, 90));
  EXPECT_EQ(owned.view.matrix, ColorMatrix::kBt601);
  EXPECT_EQ(owned.view.range, ColorRange::kLimited);
  const OwnedView full = viewer.view(make_frame(AV_PIX_FMT_YUVJ420P, 2, 2, 90));
  EXPECT_EQ(full.view.range, ColorRange::kFull);
}

TEST(FrameView, OtherFormatsBecomeRgb) {
  FrameViewer viewer;
  for (const AVPixelFormat format : {AV_PIX_FMT_GRAY8, AV_PIX_FMT_BGR24, AV_PIX_FMT_BGRA}) {
    const OwnedView owned = viewer.view(make_frame(format, 5, 3, 77));
    ASSERT_EQ(owned.view.format, PixelFormat::kRgb);
    for (int y = 0; y < 3; ++y) {
      for (int i = 0; i < 15; ++i) ASSERT_EQ(owned.view.planes[0][y * owned.view.strides[0] + i], 77) << format;
    }
  }
  // Full-range neutral grey stays what it is; limited range is stretched: (128 - 16) * 255 / 219 = 130.4.
  FrameHandle full = make_frame(AV_PIX_FMT_YUVJ444P, 16, 2, 128);
  EXPECT_NEAR(viewer.view(std::move(full)).view.planes[0][0], 128, 1);
  FrameHandle limited = make_frame(AV_PIX_FMT_YUV444P, 16, 2, 128);
  EXPECT_NEAR(viewer.view(std::move(limited)).view.planes[0][0], 130, 1);
}

TEST(FrameView, FormatsThatCannotBeReadAreNamed) {
  FrameHandle frame = make_frame(AV_PIX_FMT_GRAY8, 2, 2, 0);
  frame->format = AV_PIX_FMT_VAAPI;
  FrameViewer viewer;
  try {
    viewer.view(std::move(frame));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
    EXPECT_NE(std::string(error.what()).find("vaapi"), std::string::npos) << error.what();
  }
}

// Rows of the matrix hold what becomes of x and of y, in 16.16.
TEST(FrameView, DisplayMatricesAreTheEightOrientations) {
  constexpr std::int32_t kOne = 1 << 16, kLast = 1 << 30;
  const auto turned = [](std::int32_t xx, std::int32_t yx, std::int32_t xy, std::int32_t yy) {
    const std::array<std::int32_t, 9> matrix{xx, yx, 0, xy, yy, 0, 0, 0, kLast};
    return orientation_of(matrix.data());
  };
  EXPECT_EQ(turned(kOne, 0, 0, kOne), Orientation::kUpright);
  EXPECT_EQ(turned(-kOne, 0, 0, kOne), Orientation::kFlipHorizontal);
  EXPECT_EQ(turned(-kOne, 0, 0, -kOne), Orientation::kRotate180);
  EXPECT_EQ(turned(kOne, 0, 0, -kOne), Orientation::kFlipVertical);
  EXPECT_EQ(turned(0, kOne, kOne, 0), Orientation::kTranspose);
  EXPECT_EQ(turned(0, kOne, -kOne, 0), Orientation::kRotate90Clockwise);  // right becomes down
  EXPECT_EQ(turned(0, -kOne, -kOne, 0), Orientation::kTransverse);
  EXPECT_EQ(turned(0, -kOne, kOne, 0), Orientation::kRotate90Counterclockwise);
  EXPECT_EQ(turned(kOne / 2, kOne / 2, -kOne / 2, kOne / 2), Orientation::kUpright);  // slanted: left as it is
  EXPECT_EQ(turned(0, 0, 0, 0), Orientation::kUpright);
}

}  // namespace
}  // namespace blip
