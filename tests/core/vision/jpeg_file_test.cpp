#include "core/vision/jpeg_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/core/vision/jpeg_support.h"

namespace blip {
namespace {

using Bytes = std::vector<std::uint8_t>;
using ::testing::HasSubstr;

Bytes repeated(const Bytes& pixel, int count) {
  Bytes result;
  for (int i = 0; i < count; ++i) result.insert(result.end(), pixel.begin(), pixel.end());
  return result;
}

void expect_flat(const RgbImage& image, const Bytes& color) {
  for (std::size_t i = 0; i < image.pixels.size(); ++i) ASSERT_NEAR(image.pixels[i], color[i % 3], 2) << i;
}

TEST(JpegFile, DecodesRgbGreyAndCmyk) {
  const DecodedImage rgb = decode_jpeg(test::jpeg_bytes(13, 9, 3, repeated({200, 40, 90}, 13 * 9)), "a.jpg");
  EXPECT_EQ(rgb.image.width, 13);
  EXPECT_EQ(rgb.image.height, 9);
  expect_flat(rgb.image, {200, 40, 90});
  expect_flat(decode_jpeg(test::jpeg_bytes(5, 4, 1, repeated({77}, 20)), "a.jpg").image, {77, 77, 77});
  // Adobe stores inverted inks: 255 = none. 40 % cyan, no magenta, full yellow, 20 % black.
  expect_flat(decode_jpeg(test::jpeg_bytes(5, 4, 4, repeated({153, 255, 0, 204}, 20)), "a.jpg").image, {122, 204, 0});
}

TEST(JpegFile, ReportsTheOrientation) {
  const std::string exif{'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0};
  EXPECT_EQ(decode_jpeg(test::jpeg_bytes(2, 2, 1, Bytes(4), exif), "a.jpg").orientation,
            Orientation::kRotate90Clockwise);
  EXPECT_EQ(decode_jpeg(test::jpeg_bytes(2, 2, 1, Bytes(4)), "a.jpg").orientation, Orientation::kUpright);
}

TEST(JpegFile, EveryTruncationIsAnErrorThatNamesTheFile) {
  const std::string bytes = test::jpeg_bytes(24, 17, 3, repeated({1, 200, 3}, 24 * 17));
  for (std::size_t size = 3; size + 2 < bytes.size(); ++size) {
    try {
      decode_jpeg(bytes.substr(0, size), "cut.jpg");
      FAIL() << "no error at " << size << " of " << bytes.size() << " bytes";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
      EXPECT_THAT(error.what(), HasSubstr("cut.jpg"));
    }
  }
}

TEST(JpegFile, FlippedBytesNeverCrashOrPrint) {
  const std::string bytes = test::jpeg_bytes(24, 17, 3, repeated({1, 200, 3}, 24 * 17));
  ::testing::internal::CaptureStderr();
  for (std::size_t at = 2; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x5A);
    try {
      decode_jpeg(damaged, "damaged.jpg");
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("damaged.jpg"));
    }
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(JpegFile, HugeSizesAreRefused) {
  std::string bytes = test::jpeg_bytes(8, 8, 1, Bytes(64));
  const std::size_t frame = bytes.find("\xFF\xC0");  // marker, length, precision, height, width
  ASSERT_NE(frame, std::string::npos);
  for (std::size_t i = 5; i < 9; ++i) bytes[frame + i] = '\xFE';
  try {
    decode_jpeg(bytes, "bomb.jpg");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("65278x65278"));
  }
}

}  // namespace
}  // namespace blip
