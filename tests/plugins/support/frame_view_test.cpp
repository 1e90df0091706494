#include "plugins/support/frame_view.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "plugins/support/gst_handles.h"
#include "tests/support/fake_engine/fake_pixels.h"

namespace blip {
namespace {

CapsPtr caps_of(const std::string& text) {
  return CapsPtr(gst_caps_from_string(("video/x-raw," + text).c_str()));
}

TEST(FrameFormat, KnowsEveryFormatOfItsCaps) {
  const std::pair<const char*, PixelFormat> kFormats[] = {{"RGB", PixelFormat::kRgb},     {"BGR", PixelFormat::kBgr},
                                                          {"RGBx", PixelFormat::kRgbx},   {"RGBA", PixelFormat::kRgbx},
                                                          {"BGRx", PixelFormat::kBgrx},   {"BGRA", PixelFormat::kBgrx},
                                                          {"GRAY8", PixelFormat::kGray8}, {"I420", PixelFormat::kI420},
                                                          {"YV12", PixelFormat::kI420},   {"NV12", PixelFormat::kNv12}};
  for (const auto& [name, pixels] : kFormats) {
    const auto format = frame_format(caps_of(std::string("format=") + name + ",width=5,height=3,framerate=0/1").get());
    ASSERT_TRUE(format) << name;
    EXPECT_EQ(format->pixels, pixels) << name;
  }
}

TEST(FrameFormat, RejectsWhatItCannotShow) {
  EXPECT_FALSE(frame_format(caps_of("format=P010_10LE,width=4,height=4,framerate=1/1").get()));
  EXPECT_FALSE(frame_format(CapsPtr(gst_caps_from_string("video/x-h264,width=4,height=4")).get()));
}

TEST(FrameFormat, UntaggedVideoIsBt601LimitedWhateverItsSize) {
  for (const char* size : {"width=320,height=240", "width=1920,height=1080", "width=3840,height=2160"}) {
    const auto format = frame_format(caps_of(std::string("format=I420,framerate=25/1,") + size).get());
    ASSERT_TRUE(format);
    EXPECT_EQ(format->matrix, ColorMatrix::kBt601) << size;
    EXPECT_EQ(format->range, ColorRange::kLimited) << size;
  }
}

TEST(FrameFormat, TakesMatrixAndRangeFromTheTag) {
  const auto tagged = [](const char* colorimetry) {
    return *frame_format(
        caps_of(std::string("format=NV12,width=64,height=64,framerate=1/1,colorimetry=") + colorimetry).get());
  };
  EXPECT_EQ(tagged("bt709").matrix, ColorMatrix::kBt709);
  EXPECT_EQ(tagged("bt709").range, ColorRange::kLimited);
  EXPECT_EQ(tagged("bt2020").matrix, ColorMatrix::kBt2020);
  EXPECT_EQ(tagged("smpte240m").matrix, ColorMatrix::kSmpte240m);
  EXPECT_EQ(tagged("bt601").matrix, ColorMatrix::kBt601);
  EXPECT_EQ(tagged("1:4:0:0").range, ColorRange::kFull);     // full range, BT.601: what MJPEG has
  EXPECT_EQ(tagged("2:0:0:0").matrix, ColorMatrix::kBt601);  // unknown
}

// A frame in the layout of GstVideoInfo, byte i = i.
BufferPtr counted_frame(const FrameFormat& format) {
  std::vector<guint8> bytes(GST_VIDEO_INFO_SIZE(&format.info));
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<guint8>(i);
  return BufferPtr(gst_buffer_new_memdup(bytes.data(), bytes.size()));
}

TEST(FrameView, ShowsPlanesWithoutTheirPadding) {
  // 5x3 I420: rows of 8 bytes of luma and of 4 of chroma, 2 rows of chroma for each colour, in 4 rows of luma.
  const auto format = *frame_format(caps_of("format=I420,width=5,height=3,framerate=1/1").get());
  const auto buffer = counted_frame(format);
  const auto view = FrameView::map(buffer.get(), format, Orientation::kRotate180);
  ASSERT_TRUE(view.ok());
  const ImageView& image = view.value()->image();
  EXPECT_EQ(image.width, 5);
  EXPECT_EQ(image.height, 3);
  EXPECT_EQ(image.orientation, Orientation::kRotate180);
  EXPECT_EQ(test::visible_bytes(image),
            (std::vector<std::uint8_t>{0,  1,  2,  3,  4,  8,  9,  10, 11, 12, 16, 17, 18, 19,
                                       20, 32, 33, 34, 36, 37, 38, 40, 41, 42, 44, 45, 46}));
}

TEST(FrameView, Yv12GivesUBeforeV) {
  const auto format = *frame_format(caps_of("format=YV12,width=2,height=2,framerate=1/1").get());
  const auto buffer = counted_frame(format);
  const auto view = FrameView::map(buffer.get(), format, Orientation::kUpright);
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(*view.value()->image().planes[1], 12);  // after luma (2 rows of 4) and V (4)
  EXPECT_EQ(*view.value()->image().planes[2], 8);
}

TEST(FrameView, FollowsTheStridesAndOffsetsOfVideoMeta) {
  const auto format = *frame_format(caps_of("format=NV12,width=3,height=2,framerate=1/1").get());
  std::vector<guint8> bytes(200, 0xEE);
  gsize offsets[GST_VIDEO_MAX_PLANES] = {10, 100, 0, 0};
  gint strides[GST_VIDEO_MAX_PLANES] = {17, 33, 0, 0};
  std::vector<std::uint8_t> wanted;
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 3; ++column)
      wanted.push_back(bytes[static_cast<std::size_t>(10 + 17 * row + column)] =
                           static_cast<guint8>(10 * row + column));
  }
  for (int column = 0; column < 4; ++column)
    wanted.push_back(bytes[static_cast<std::size_t>(100 + column)] = static_cast<guint8>(50 + column));
  const BufferPtr buffer(gst_buffer_new_memdup(bytes.data(), bytes.size()));
  gst_buffer_add_video_meta_full(buffer.get(), GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_NV12, 3, 2, 2, offsets,
                                 strides);
  const auto view = FrameView::map(buffer.get(), format, Orientation::kUpright);
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(test::visible_bytes(view.value()->image()), wanted);
}

TEST(FrameView, ShowsTheRectangleOfCropMeta) {
  const auto format = *frame_format(caps_of("format=GRAY8,width=8,height=4,framerate=1/1").get());
  const auto buffer = counted_frame(format);
  GstVideoCropMeta* crop = gst_buffer_add_video_crop_meta(buffer.get());
  crop->x = 2;
  crop->y = 1;
  crop->width = 3;
  crop->height = 2;
  const auto view = FrameView::map(buffer.get(), format, Orientation::kUpright);
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(test::visible_bytes(view.value()->image()), (std::vector<std::uint8_t>{10, 11, 12, 18, 19, 20}));
}

TEST(FrameView, ACropOutsideTheFrameShowsOnlyWhatIsThere) {
  const auto format = *frame_format(caps_of("format=I420,width=4,height=4,framerate=1/1").get());
  const auto buffer = counted_frame(format);
  GstVideoCropMeta* crop = gst_buffer_add_video_crop_meta(buffer.get());
  crop->x = 3;
  crop->y = 100;
  crop->width = 100;
  crop->height = 100;
  const auto view = FrameView::map(buffer.get(), format, Orientation::kUpright);
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(view.value()->image().width, 2);  // from column 2 on, where chroma begins
  EXPECT_EQ(view.value()->image().height, 2);
}

TEST(FrameView, ABufferThatIsTooSmallIsAnError) {
  const auto format = *frame_format(caps_of("format=RGB,width=64,height=64,framerate=1/1").get());
  const BufferPtr buffer(gst_buffer_new_allocate(nullptr, 100, nullptr));
  const auto view = FrameView::map(buffer.get(), format, Orientation::kUpright);
  ASSERT_FALSE(view.ok());
  EXPECT_EQ(view.failure().kind, ErrorKind::kInvalidData);
  EXPECT_NE(view.failure().message.find("100 bytes"), std::string::npos);
  EXPECT_NE(view.failure().message.find("64x64 RGB"), std::string::npos);
}

}  // namespace
}  // namespace blip
